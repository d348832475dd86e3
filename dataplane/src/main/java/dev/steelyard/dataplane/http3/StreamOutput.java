package dev.steelyard.dataplane.http3;

import dev.steelyard.dataplane.http3.frame.FrameType;
import dev.steelyard.dataplane.http3.frame.VarInt;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is written to one request stream. Each write to QUIC makes a packet at once, so frames are gathered until they are flushed, or enough.
 */
final class StreamOutput {

    private static final int COPIED = 2_048;
    private static final int GATHERED = 4_096;
    private static final int FRAME_HEADER = 16;

    private final QuicStreamChannel stream;
    private final Consumer<Boolean> ended;
    private @Nullable ByteBuf gathering;
    private long written;
    private long unsent;
    private long sent;
    private boolean end;
    private boolean closed;

    /**
     * @param ended told once: true when all has been taken by QUIC, false when some of it never will be
     */
    StreamOutput(QuicStreamChannel stream, Consumer<Boolean> ended) {
        this.stream = stream;
        this.ended = ended;
    }

    /** A buffer with room for a HEADERS frame of {@code most} octets; {@link #headersEnd} comes next. */
    ByteBuf headersBegin(int most) {
        return stream.alloc().directBuffer(most + FRAME_HEADER);
    }

    /** Writes what was written to it as a frame, and takes its ownership. */
    void headersEnd(ByteBuf section) {
        frame(FrameType.HEADERS, section);
    }

    /** Writes a DATA frame, and takes the ownership of its content. */
    void data(ByteBuf content) {
        if (content.isReadable()) {
            frame(FrameType.DATA, content);
        } else {
            content.release();
        }
    }

    private void frame(int type, ByteBuf content) {
        int length = content.readableBytes();
        if (closed || end) {
            content.release();
            return;
        }
        written += VarInt.bytes(type) + VarInt.bytes(length) + length;
        ByteBuf to = room(length <= COPIED ? length + FRAME_HEADER : FRAME_HEADER);
        VarInt.write(type, to);
        VarInt.write(length, to);
        if (length <= COPIED) {
            to.writeBytes(content);
            content.release();
        } else {
            gathering = null;
            pass(Unpooled.wrappedBuffer(to, content));
        }
    }

    private ByteBuf room(int octets) {
        ByteBuf buffer = gathering;
        if (buffer != null && buffer.writableBytes() < octets) {
            gathering = null;
            pass(buffer);
            buffer = null;
        }
        if (buffer == null) {
            buffer = stream.alloc().directBuffer(Math.max(octets, GATHERED));
            gathering = buffer;
        }
        return buffer;
    }

    /** Sends what was written. */
    void flush() {
        ByteBuf buffer = gathering;
        if (buffer != null && !end) {
            gathering = null;
            pass(buffer);
        }
    }

    /** Sends what was written, and then the end of the stream. */
    void end() {
        if (closed || end) {
            return;
        }
        end = true;
        ByteBuf last = gathering == null ? Unpooled.EMPTY_BUFFER : gathering;
        gathering = null;
        int octets = last.readableBytes();
        unsent += octets;
        var _ = stream.writeAndFlush(new DefaultQuicStreamFrame(last, true))
                .addListener((ChannelFutureListener) done -> done(octets, done.isSuccess()));
    }

    private void pass(ByteBuf octets) {
        int count = octets.readableBytes();
        unsent += count;
        var _ = stream.writeAndFlush(octets).addListener((ChannelFutureListener) done -> done(count, done.isSuccess()));
    }

    private void done(int octets, boolean success) {
        unsent -= octets;
        if (success) {
            sent += octets;
        }
        if (!closed && (!success || (end && unsent == 0))) {
            closed = true;
            if (success) {
                ended.accept(true);
            } else {
                // What is written is written in the midst of an exchange, which is not to end there.
                stream.eventLoop().execute(() -> ended.accept(false));
            }
        }
    }

    /** Sends nothing more, and tells nothing. */
    void discard() {
        closed = true;
        if (gathering != null) {
            gathering.release();
            gathering = null;
        }
    }

    /** Whether more is taken without queueing beyond a mark. */
    boolean writable() {
        return stream.isWritable();
    }

    /** Whether the end has been written. */
    boolean ending() {
        return end;
    }

    /** Octets of frames written so far. */
    long written() {
        return written;
    }

    /** Octets that QUIC has taken so far, which it does as the client acknowledges. */
    long sent() {
        return sent;
    }

    /** Octets that it has not. */
    long unsent() {
        return unsent;
    }
}
