package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fastcgi.CgiHead;
import dev.steelyard.dataplane.fastcgi.RecordReader;
import dev.steelyard.dataplane.fastcgi.RecordSink;
import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.Cuts;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What FastCGI programs send is read alike wherever it is split. The first two octets of an input choose where. */
public final class FastCgiResponses implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        if (input.length < 4) {
            return;
        }
        byte[] octets = Arrays.copyOfRange(input, 2, input.length);
        Check.equal(outcome(octets, Cuts.of(input, octets.length)), outcome(octets), "read in pieces");
    }

    private static String outcome(byte[] octets, int... cuts) {
        RecordReader reader = new RecordReader();
        reader.begin();
        Seen seen = new Seen();
        int from = 0;
        for (int i = 0; i <= cuts.length && !reader.done(); i++) {
            int to = i < cuts.length ? cuts[i] : octets.length;
            ByteBuf piece = Unpooled.wrappedBuffer(octets, from, to - from);
            try {
                reader.read(piece, seen);
            } catch (MalformedMessage refused) {
                return seen + " refused " + refused.reason();
            } finally {
                Check.holds(piece.refCnt() == 1, "something was not released");
                from = to - piece.readableBytes();
            }
            Check.holds(reader.done() || from == to, "octets left though the response goes on");
        }
        return seen + (reader.done() ? " ended " + reader.protocolStatus() : " incomplete") + " left "
                + (octets.length - from);
    }

    private static final class Seen implements RecordSink {

        private final CgiHead cgi = new CgiHead();
        private final ResponseHead head = new ResponseHead().begin(false);
        private final StringBuilder body = new StringBuilder();
        private final StringBuilder errors = new StringBuilder();
        private boolean headRead;

        @Override
        public void output(ByteBuf piece) throws MalformedMessage {
            try {
                Check.holds(piece.isReadable(), "an empty piece");
                headRead = headRead || cgi.read(piece, head);
                body.append(piece.toString(StandardCharsets.ISO_8859_1));
            } finally {
                piece.release();
            }
        }

        @Override
        public void errors(ByteBuf piece) {
            errors.append(piece.toString(StandardCharsets.ISO_8859_1));
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(headRead ? "status " + head.status() : "no head");
            for (int i = 0; headRead && i < head.count(); i++) {
                text.append('|').append(head.name(i)).append('=').append(head.value(i));
            }
            return text + " body " + body + " errors " + errors;
        }
    }
}
