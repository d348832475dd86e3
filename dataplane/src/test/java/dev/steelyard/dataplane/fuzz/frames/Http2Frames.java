package dev.steelyard.dataplane.fuzz.frames;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.Cuts;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.frame.FrameReader;
import dev.steelyard.dataplane.http2.frame.FrameSink;
import dev.steelyard.dataplane.http2.frame.Preface;
import dev.steelyard.dataplane.http2.frame.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Frames of HTTP/2 are read alike wherever they are split, a header block holds no more than it may, and content and padding of each DATA frame
 * come to what flow control was told. The first two octets choose where it is split.
 */
public final class Http2Frames implements FuzzTarget {

    private static final int MOST_BLOCK = 2_048;

    @Override
    public void feed(byte[] input) {
        if (input.length < 4) {
            return;
        }
        byte[] octets = Arrays.copyOfRange(input, 2, input.length);
        Check.equal(outcome(octets, Cuts.of(input, octets.length)), outcome(octets), "read in pieces");
    }

    private static String outcome(byte[] octets, int... cuts) {
        Noting seen = new Noting();
        FrameReader reader = new FrameReader(seen, MOST_BLOCK);
        Preface preface = new Preface();
        int from = 0;
        try {
            for (int i = 0; i <= cuts.length; i++) {
                int to = i < cuts.length ? cuts[i] : octets.length;
                ByteBuf piece = Unpooled.wrappedBuffer(octets, from, to - from);
                if (preface.read(piece)) {
                    reader.read(piece);
                }
                Check.holds(!piece.isReadable() && piece.refCnt() == 1, "octets left, or not released");
                from = to;
            }
            return seen + (reader.inHeaderBlock() ? " in a block" : "");
        } catch (Violation refused) {
            return seen + " refused " + refused.code();
        }
    }

    private static final class Noting implements FrameSink {

        private final StringBuilder seen = new StringBuilder();
        private int due;

        private void note(String what, Object... values) {
            seen.append(' ').append(what).append(Arrays.toString(values));
        }

        @Override
        public void dataFrame(int stream, int length, boolean endStream) {
            note("data", stream, length, endStream);
            due = length;
        }

        @Override
        public void data(int stream, ByteBuf piece, boolean last) {
            seen.append(ByteBufUtil.hexDump(piece));
            due -= piece.readableBytes();
            piece.release();
            Check.holds(due >= 0, "more content than announced");
            if (last) {
                Check.equal(due, 0, "octets of the frame that were neither content nor padding");
                seen.append('.');
            }
        }

        @Override
        public void padding(int stream, int length) {
            note("padding", length);
            due -= length;
        }

        @Override
        public void headers(int stream, ByteBuf block, boolean endStream) {
            note("headers", stream, ByteBufUtil.hexDump(block), endStream);
            Check.holds(block.readableBytes() <= MOST_BLOCK, "a block of " + block.readableBytes());
        }

        @Override
        public void priority(int stream) {
            note("priority", stream);
        }

        @Override
        public void reset(int stream, long code) {
            note("reset", stream, code);
        }

        @Override
        public void setting(int id, long value) {
            note("setting", id, value);
        }

        @Override
        public void settingsEnd() {
            note("settings");
        }

        @Override
        public void settingsAck() {
            note("ack");
        }

        @Override
        public void ping(long payload, boolean ack) {
            note("ping", payload, ack);
        }

        @Override
        public void goAway(int lastStream, long code) {
            note("goaway", lastStream, code);
        }

        @Override
        public void windowUpdate(int stream, int increment) {
            Check.holds(increment > 0, "an increment of " + increment);
            note("window", stream, increment);
        }

        @Override
        public void unknownFrame() {
            note("unknown");
        }

        @Override
        public void streamViolation(int stream, ErrorCode code) {
            note("violation", stream, code);
        }

        @Override
        public String toString() {
            return seen.toString();
        }
    }
}
