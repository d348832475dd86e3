package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.exchange.ClientOrigin;
import dev.steelyard.dataplane.http1.body.BodyEncoder;
import dev.steelyard.dataplane.http1.body.Outbound;
import dev.steelyard.dataplane.transport.LentReads;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;

/** What a client connection is sent, the ways in which it can end, and who is on its other side. */
final class ClientChannel {

    /** How long what a client sends too much is read and thrown away after the last response. */
    static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long the last response may take to be read by its client. */
    static final long LAST_RESPONSE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final ChannelHandlerContext context;
    private final Outbound out;
    private final BodyEncoder body;
    private final ClientOrigin origin;
    private long taken;

    ClientChannel(ChannelHandlerContext context) {
        this.context = context;
        this.out = new Outbound(context);
        this.body = new BodyEncoder(out);
        this.origin = new ClientOrigin(context.channel());
        context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        context.channel().config().setOption(ChannelOption.RECVBUF_ALLOCATOR, LentReads.reads());
    }

    Channel channel() {
        return context.channel();
    }

    /** Who is on its other side. */
    ClientOrigin origin() {
        return origin;
    }

    Outbound out() {
        return out;
    }

    BodyEncoder body() {
        return body;
    }

    boolean writable() {
        return out.writable();
    }

    ChannelFuture finish() {
        return out.finish();
    }

    /** Whether its client has taken some of what it was sent, and not yet all, since this was last asked. */
    boolean progresses() {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        long unsent = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        boolean progress = unsent > 0 && out.written() - unsent > taken;
        taken = out.written() - unsent;
        return progress;
    }

    void close() {
        var _ = context.close();
    }

    /** Sends what was written and then FIN, under TLS after close_notify (RFC 8446 section 6.1); the receiving side stays open. */
    void end() {
        out.end();
    }

    /**
     * Closes in the midst of a response. One that ends with the connection is reset, without close_notify: its client has no other means to
     * tell that it is not whole (RFC 9112 section 8).
     */
    void abort(boolean closeDelimited) {
        if (closeDelimited) {
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = context.pipeline().firstContext().close();
        } else {
            out.flush();
            close();
        }
    }
}
