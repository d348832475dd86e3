package dev.steelyard.dataplane.http3;

import dev.steelyard.dataplane.http3.frame.ErrorCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.ReferenceCountUtil;

/** A request that came after the last one that is served: its client may send it again elsewhere (RFC 9114 section 5.2). */
final class RejectedStream extends ChannelInboundHandlerAdapter {

    private final QuicStreamChannel stream;

    RejectedStream(QuicStreamChannel stream) {
        this.stream = stream;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        var _ = stream.shutdown(ErrorCode.REQUEST_REJECTED.number());
        var _ = stream.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var _ = stream.close();
    }
}
