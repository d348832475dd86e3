package dev.steelyard.dataplane.fuzz.frames;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.Cuts;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.dataplane.http3.frame.FrameReader;
import dev.steelyard.dataplane.http3.frame.FrameReader.Payload;
import dev.steelyard.dataplane.http3.frame.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;

/** Frames of HTTP/3 are read alike wherever they are split. The first two octets choose where. */
public final class Http3Frames implements FuzzTarget {

    private static final int MOST_WHOLE = 4_096;

    @Override
    public void feed(byte[] input) {
        if (input.length < 4) {
            return;
        }
        byte[] octets = Arrays.copyOfRange(input, 2, input.length);
        Check.equal(outcome(octets, Cuts.of(input, octets.length)), outcome(octets), "read in pieces");
    }

    private static String outcome(byte[] octets, int... cuts) {
        StringBuilder seen = new StringBuilder();
        FrameReader reader = new FrameReader(new Noting(seen), UnpooledByteBufAllocator.DEFAULT);
        int from = 0;
        try {
            for (int i = 0; i <= cuts.length; i++) {
                int to = i < cuts.length ? cuts[i] : octets.length;
                ByteBuf piece = Unpooled.wrappedBuffer(octets, from, to - from);
                reader.read(piece);
                Check.holds(!piece.isReadable(), "octets left");
                from = to;
            }
            return seen + (reader.betweenFrames() ? " whole" : " incomplete");
        } catch (Violation refused) {
            return seen + " refused";
        } finally {
            reader.stop();
        }
    }

    private record Noting(StringBuilder seen) implements FrameReader.Sink {

        @Override
        public Payload begins(long type, long length) throws Violation {
            seen.append(" type ").append(type).append(" of ").append(length).append(':');
            if (type == 2) {
                throw Violation.unexpected("a frame of HTTP/2");
            }
            if (type == 1 && length > MOST_WHOLE) {
                throw Violation.of(ErrorCode.EXCESSIVE_LOAD, "too large");
            }
            return type == 0 ? Payload.PIECES : type == 1 ? Payload.WHOLE : Payload.SKIPPED;
        }

        @Override
        public void piece(ByteBuf piece) {
            seen.append(ByteBufUtil.hexDump(piece));
            piece.release();
        }

        @Override
        public void whole(long type, ByteBuf content) {
            seen.append(ByteBufUtil.hexDump(content)).append('.');
        }

        @Override
        public void ended(long type) {
            seen.append('.');
        }
    }
}
