package dev.steelyard.dataplane.http2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Reads frames (RFC 9113 sections 4 and 6) from octets in pieces of any size. Content of DATA frames is passed on as it arrives; all others are
 * gathered first. A header block is bounded in octets and in frames, whatever its frames say.
 */
public final class FrameReader {

    private static final int MAX_FRAGMENTS = 64;

    private final FrameSink sink;
    private final int maxBlock;
    private final byte[] header = new byte[FrameType.HEADER_BYTES];
    private int headerRead;
    private boolean inPayload;
    private int length;
    private int type;
    private int flags;
    private int stream;
    private byte[] gathered = new byte[0];
    private int gatheredLength;

    private int dataLeft;
    private int paddingLeft;
    private boolean padLengthDue;

    private byte[] block = new byte[0];
    private int blockLength;
    private int blockStream;
    private int fragments;
    private boolean blockEndsStream;

    /**
     * @param maxBlock octets of a header block, compressed; a longer one ends the connection
     */
    public FrameReader(FrameSink sink, int maxBlock) {
        this.sink = sink;
        this.maxBlock = maxBlock;
    }

    /** Whether a header block has begun that is not complete. */
    public boolean inHeaderBlock() {
        return blockStream != 0 || (headerRead > 0 && inPayload && type == FrameType.HEADERS);
    }

    /** Takes all of {@code in}. Does not release it. */
    public void read(ByteBuf in) throws Violation {
        while (in.isReadable() || inPayload) {
            if (!inPayload) {
                if (!readHeader(in)) {
                    return;
                }
                begin();
            }
            if (type == FrameType.DATA ? !readData(in) : !readWhole(in)) {
                return;
            }
            inPayload = false;
            headerRead = 0;
        }
    }

    private boolean readHeader(ByteBuf in) {
        int wanted = Math.min(FrameType.HEADER_BYTES - headerRead, in.readableBytes());
        in.readBytes(header, headerRead, wanted);
        headerRead += wanted;
        return headerRead == FrameType.HEADER_BYTES;
    }

    private void begin() throws Violation {
        length = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
        type = header[3] & 0xff;
        flags = header[4] & 0xff;
        stream = (header[5] & 0x7f) << 24 | (header[6] & 0xff) << 16 | (header[7] & 0xff) << 8 | (header[8] & 0xff);
        inPayload = true;
        gatheredLength = 0;
        if (length > FrameType.MAX_PAYLOAD) {
            throw Violation.of(ErrorCode.FRAME_SIZE_ERROR, "a frame is too large");
        }
        if (blockStream != 0 && (type != FrameType.CONTINUATION || stream != blockStream)) {
            throw Violation.protocol("a header block is interrupted");
        }
        switch (type) {
            case FrameType.DATA -> beginData();
            case FrameType.HEADERS, FrameType.PRIORITY -> onStream();
            case FrameType.RST_STREAM -> {
                onStream();
                sized(length == 4);
            }
            case FrameType.SETTINGS -> {
                onConnection();
                sized(has(FrameType.ACK) ? length == 0 : length % 6 == 0);
            }
            case FrameType.PUSH_PROMISE -> throw Violation.protocol("pushes are not taken");
            case FrameType.PING -> {
                onConnection();
                sized(length == 8);
            }
            case FrameType.GOAWAY -> {
                onConnection();
                sized(length >= 8);
            }
            case FrameType.WINDOW_UPDATE -> sized(length == 4);
            case FrameType.CONTINUATION -> {
                if (blockStream == 0) {
                    throw Violation.protocol("a CONTINUATION frame continues nothing");
                }
            }
            default -> {}
        }
    }

    private void onStream() throws Violation {
        if (stream == 0) {
            throw Violation.protocol("a frame names no stream");
        }
    }

    private void onConnection() throws Violation {
        if (stream != 0) {
            throw Violation.protocol("a frame about the connection names a stream");
        }
    }

    private static void sized(boolean right) throws Violation {
        if (!right) {
            throw Violation.of(ErrorCode.FRAME_SIZE_ERROR, "a frame has the wrong size");
        }
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    private void beginData() throws Violation {
        onStream();
        dataLeft = length;
        paddingLeft = 0;
        padLengthDue = has(FrameType.PADDED);
        if (padLengthDue && length == 0) {
            throw Violation.protocol("a frame has no room for its padding");
        }
        sink.dataFrame(stream, length, has(FrameType.END_STREAM));
    }

    /** Whether the frame has ended. */
    private boolean readData(ByteBuf in) throws Violation {
        if (padLengthDue) {
            if (!in.isReadable()) {
                return false;
            }
            padLengthDue = false;
            paddingLeft = in.readUnsignedByte();
            dataLeft -= 1 + paddingLeft;
            if (dataLeft < 0) {
                throw Violation.protocol("padding is longer than its frame");
            }
            sink.padding(stream, 1 + paddingLeft);
        }
        if (dataLeft >= 0) {
            int piece = Math.min(dataLeft, in.readableBytes());
            boolean last = piece == dataLeft;
            if (piece > 0 || last) {
                dataLeft = last ? -1 : dataLeft - piece;
                sink.data(stream, piece == 0 ? Unpooled.EMPTY_BUFFER : in.readRetainedSlice(piece), last);
            }
            if (!last) {
                return false;
            }
        }
        int skipped = Math.min(paddingLeft, in.readableBytes());
        in.skipBytes(skipped);
        paddingLeft -= skipped;
        return paddingLeft == 0;
    }

    private boolean readWhole(ByteBuf in) throws Violation {
        int missing = length - gatheredLength;
        if (gatheredLength == 0 && in.readableBytes() >= length) {
            int end = in.readerIndex() + length;
            int later = in.writerIndex();
            in.writerIndex(end);
            try {
                complete(in);
            } finally {
                in.setIndex(end, later);
            }
            return true;
        }
        int piece = Math.min(missing, in.readableBytes());
        if (gathered.length < gatheredLength + piece) {
            gathered = Arrays.copyOf(gathered, Math.max(gatheredLength + piece, 256));
        }
        in.readBytes(gathered, gatheredLength, piece);
        gatheredLength += piece;
        if (gatheredLength < length) {
            return false;
        }
        byte[] whole = gathered;
        gathered = new byte[0];
        complete(Unpooled.wrappedBuffer(whole, 0, length));
        return true;
    }

    private void complete(ByteBuf payload) throws Violation {
        switch (type) {
            case FrameType.HEADERS -> completeHeaders(payload);
            case FrameType.CONTINUATION -> fragment(payload);
            case FrameType.PRIORITY -> {
                if (length != 5) {
                    sink.streamViolation(stream, ErrorCode.FRAME_SIZE_ERROR);
                } else if ((payload.readInt() & 0x7fff_ffff) == stream) {
                    sink.streamViolation(stream, ErrorCode.PROTOCOL_ERROR);
                } else {
                    sink.priority(stream);
                }
            }
            case FrameType.RST_STREAM -> sink.reset(stream, payload.readUnsignedInt());
            case FrameType.SETTINGS -> {
                if (has(FrameType.ACK)) {
                    sink.settingsAck();
                } else {
                    while (payload.isReadable()) {
                        sink.setting(payload.readUnsignedShort(), payload.readUnsignedInt());
                    }
                    sink.settingsEnd();
                }
            }
            case FrameType.PING -> sink.ping(payload.readLong(), has(FrameType.ACK));
            case FrameType.GOAWAY -> sink.goAway(payload.readInt() & 0x7fff_ffff, payload.readUnsignedInt());
            case FrameType.WINDOW_UPDATE -> completeWindowUpdate(payload.readInt() & 0x7fff_ffff);
            default -> sink.unknownFrame();
        }
    }

    private void completeWindowUpdate(int increment) throws Violation {
        if (increment > 0) {
            sink.windowUpdate(stream, increment);
        } else if (stream == 0) {
            throw Violation.protocol("a window is updated by nothing");
        } else {
            sink.streamViolation(stream, ErrorCode.PROTOCOL_ERROR);
        }
    }

    private void completeHeaders(ByteBuf payload) throws Violation {
        int padding = has(FrameType.PADDED) && payload.isReadable() ? payload.readUnsignedByte() : 0;
        boolean onItself = false;
        if (has(FrameType.PRIORITISED)) {
            if (payload.readableBytes() < 5) {
                throw Violation.of(ErrorCode.FRAME_SIZE_ERROR, "a frame has the wrong size");
            }
            onItself = (payload.readInt() & 0x7fff_ffff) == stream;
            payload.skipBytes(1);
        }
        if (padding > payload.readableBytes() || (has(FrameType.PADDED) && length == 0)) {
            throw Violation.protocol("padding is longer than its frame");
        }
        payload.writerIndex(payload.writerIndex() - padding);
        blockStream = stream;
        blockLength = 0;
        fragments = 0;
        blockEndsStream = has(FrameType.END_STREAM);
        fragment(payload);
        if (onItself) {
            sink.streamViolation(stream, ErrorCode.PROTOCOL_ERROR);
        }
    }

    private void fragment(ByteBuf payload) throws Violation {
        int size = payload.readableBytes();
        if (blockLength + size > maxBlock || ++fragments > MAX_FRAGMENTS) {
            throw Violation.flood("a header block is too large");
        }
        if (has(FrameType.END_HEADERS) && blockLength == 0) {
            endBlock(payload);
            return;
        }
        if (block.length < blockLength + size) {
            block = Arrays.copyOf(block, Math.max(blockLength + size, 2 * block.length));
        }
        payload.readBytes(block, blockLength, size);
        blockLength += size;
        if (has(FrameType.END_HEADERS)) {
            byte[] whole = block;
            block = new byte[0];
            endBlock(Unpooled.wrappedBuffer(whole, 0, blockLength));
        }
    }

    private void endBlock(ByteBuf whole) throws Violation {
        int of = blockStream;
        blockStream = 0;
        sink.headers(of, whole, blockEndsStream);
    }
}
