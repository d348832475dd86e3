package dev.steelyard.dataplane.http1.body;

import dev.steelyard.dataplane.transport.Unqueued;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is written to one connection between two flushes. Small pieces are gathered in one buffer, so that a head and a short body leave in one
 * system call and, under TLS, in one record; large ones are passed as they are, never copied.
 */
public final class Outbound {

    private static final int COPIED = 2_048;

    private final ChannelHandlerContext context;

    /** 0: in the thread's {@link Draft}. */
    private final int capacity;

    private @Nullable ByteBuf gathering;
    private boolean unflushed;
    private long written;

    /**
     * For one message at a time, whose parts are written in one go.
     *
     * @param context of the handler on whose behalf is written
     */
    public Outbound(ChannelHandlerContext context) {
        this(context, 0);
    }

    /**
     * For many messages that are written in turns with those of other connections: what is gathered here stays here.
     *
     * @param context of the handler on whose behalf is written
     * @param capacity octets that are gathered before they are passed on
     */
    public Outbound(ChannelHandlerContext context, int capacity) {
        this.context = context;
        this.capacity = capacity;
    }

    /** A buffer to write up to {@code bytes} octets to, before anything else is called here. Stays owned by this. */
    public ByteBuf room(int bytes) {
        ByteBuf buffer = gathering;
        if (buffer != null && buffer.writableBytes() < bytes) {
            passOn();
            buffer = null;
        }
        if (buffer == null) {
            buffer = capacity == 0 ? Draft.lend(this, bytes) : context.alloc().ioBuffer(Math.max(bytes, capacity));
            gathering = buffer;
        }
        return buffer;
    }

    /** Writes {@code data} and takes its ownership. */
    public void write(ByteBuf data) {
        int length = data.readableBytes();
        if (length <= COPIED) {
            room(length).writeBytes(data);
            data.release();
        } else {
            passOn();
            written += length;
            unflushed = true;
            var _ = context.write(data, context.voidPromise());
        }
    }

    /** Writes so many octets of a buffer, which stays the caller's. */
    void write(ByteBuf from, int length) {
        if (length <= COPIED) {
            room(length).writeBytes(from, length);
        } else {
            write(from.readRetainedSlice(length));
        }
    }

    /** Passes on what has been gathered; it leaves with the next {@link #flush}. */
    void passOn() {
        ByteBuf buffer = gathering;
        if (buffer != null) {
            gathering = null;
            written += buffer.readableBytes();
            unflushed = true;
            ByteBuf sent = capacity == 0 ? Draft.copied(context.alloc()) : buffer;
            var _ = context.write(sent, context.voidPromise());
        }
    }

    /** Sends all that was written. */
    public void flush() {
        ByteBuf buffer = gathering;
        if (buffer != null && capacity == 0 && !unflushed && sentAtOnce(buffer)) {
            return;
        }
        passOn();
        if (unflushed) {
            unflushed = false;
            context.flush();
        }
    }

    /** Sends what was gathered past the queue. False if something of it is left. */
    private boolean sentAtOnce(ByteBuf buffer) {
        Socket socket = Unqueued.socket(context);
        if (socket == null) {
            return false;
        }
        try {
            written += Draft.send(socket);
        } catch (IOException e) {
            // The queue meets the same failure, and tells of it where failures are waited for.
            return false;
        }
        if (buffer.isReadable()) {
            return false;
        }
        gathering = null;
        Draft.giveBack();
        return true;
    }

    /** Sends all that was written; the result completes when the last of it has been handed to the kernel. */
    public ChannelFuture finish() {
        flush();
        ChannelOutboundBuffer queue = context.channel().unsafe().outboundBuffer();
        return queue != null && queue.isEmpty()
                ? context.newSucceededFuture()
                : context.writeAndFlush(Unpooled.EMPTY_BUFFER);
    }

    /**
     * Sends what was written and then FIN, under TLS after close_notify (RFC 8446 section 6.1); the receiving side stays open. Nothing may be
     * written after it.
     */
    public void end() {
        // shutdownOutput drops what the kernel has not taken yet.
        finish().addListener(_ -> {
            SslHandler tls = context.pipeline().get(SslHandler.class);
            if (tls == null) {
                shutdownOutput();
            } else {
                tls.closeOutbound().addListener(_ -> shutdownOutput());
            }
        });
    }

    private void shutdownOutput() {
        if (context.channel() instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
        } else {
            var _ = context.close();
        }
    }

    /** Whether the connection takes more without queueing beyond its mark. What {@link #room} holds does not count. */
    public boolean writable() {
        return context.channel().isWritable();
    }

    /** Octets written so far. */
    public long written() {
        return written + (gathering == null ? 0 : gathering.readableBytes());
    }

    /** Releases what was not sent. To be called when the connection has ended. */
    public void discard() {
        ByteBuf buffer = gathering;
        gathering = null;
        if (buffer != null && capacity == 0) {
            Draft.giveBack();
        } else if (buffer != null) {
            buffer.release();
        }
    }
}
