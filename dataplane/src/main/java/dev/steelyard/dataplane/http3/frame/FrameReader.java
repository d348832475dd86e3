package dev.steelyard.dataplane.http3.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Splits what comes on one stream into frames (RFC 9114 section 7.1). */
public final class FrameReader {

    private final Sink sink;
    private final ByteBufAllocator allocator;
    private final VarInt integer = new VarInt();
    private Part part = Part.TYPE;
    private Payload payload = Payload.SKIPPED;
    private long type;
    private long left;
    private @Nullable ByteBuf gathered;
    private boolean stopped;

    private enum Part {
        TYPE,
        LENGTH,
        PAYLOAD
    }

    /** How the payload of a frame is passed on. */
    public enum Payload {
        /** As it comes. */
        PIECES,
        /** When it is complete. */
        WHOLE,
        /** Not at all. */
        SKIPPED
    }

    /** What frames are passed to. */
    public interface Sink {

        /** A frame begins. */
        Payload begins(long type, long length) throws Violation;

        /** Of a frame that is passed on in pieces; its ownership goes to this. */
        void piece(ByteBuf piece) throws Violation;

        /** Of a frame that is passed on whole; valid during the call alone. */
        void whole(long type, ByteBuf content) throws Violation;

        /** A frame that was not passed on whole has ended. */
        void ended(long type) throws Violation;
    }

    public FrameReader(Sink sink, ByteBufAllocator allocator) {
        this.sink = sink;
        this.allocator = allocator;
    }

    /** Reads all of {@code in}, which stays the caller's; nothing once it was stopped. */
    public void read(ByteBuf in) throws Violation {
        while (!stopped) {
            switch (part) {
                case TYPE -> {
                    if (!integer.read(in)) {
                        return;
                    }
                    type = integer.value();
                    part = Part.LENGTH;
                }
                case LENGTH -> {
                    if (!integer.read(in)) {
                        return;
                    }
                    left = integer.value();
                    payload = sink.begins(type, left);
                    part = Part.PAYLOAD;
                }
                case PAYLOAD -> {
                    if (!payload(in)) {
                        return;
                    }
                    part = Part.TYPE;
                }
            }
        }
    }

    /** Whether the frame is complete. */
    private boolean payload(ByteBuf in) throws Violation {
        int here = (int) Math.min(left, in.readableBytes());
        left -= here;
        switch (payload) {
            case PIECES -> {
                if (here > 0) {
                    sink.piece(in.readRetainedSlice(here));
                }
            }
            case SKIPPED -> in.skipBytes(here);
            case WHOLE -> {
                if (left == 0 && gathered == null) {
                    sink.whole(type, in.readSlice(here));
                    return true;
                }
                gather(in, here);
            }
        }
        if (left > 0) {
            return false;
        }
        ByteBuf all = gathered;
        if (all == null) {
            sink.ended(type);
            return true;
        }
        gathered = null;
        try {
            sink.whole(type, all);
        } finally {
            all.release();
        }
        return true;
    }

    private void gather(ByteBuf in, int octets) {
        if (gathered == null) {
            gathered = allocator.buffer(octets + (int) left);
        }
        gathered.writeBytes(in, octets);
    }

    /** Whether nothing of a frame has come since the last one ended. */
    public boolean betweenFrames() {
        return part == Part.TYPE && !integer.begun();
    }

    /** Reads nothing more, and lets go of what it has. */
    public void stop() {
        stopped = true;
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }
}
