package dev.steelyard.dataplane.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.TimeoutException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of one connection in their order, one at a time. Owns and releases what it is given. */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

    /** Requests that a client may send ahead. */
    private static final int MAX_PENDING = 16;

    private final Routes routes;
    private final Queue<FullHttpRequest> pending = new ArrayDeque<>();
    private boolean answering;

    AdminHandler(Routes routes) {
        this.routes = routes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (pending.size() >= MAX_PENDING) {
            var _ = context.close();
            return;
        }
        pending.add(request.retain());
        next(context);
    }

    private void next(ChannelHandlerContext context) {
        if (answering) {
            return;
        }
        FullHttpRequest request = pending.poll();
        if (request == null) {
            return;
        }
        answering = true;
        boolean head = request.method().equals(HttpMethod.HEAD);
        try {
            answer(request)
                    .whenComplete((reply, failure) -> context.executor().execute(() -> {
                        write(context, failure == null ? reply : failed(failure), head);
                        answering = false;
                        next(context);
                    }));
        } finally {
            request.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pending.forEach(FullHttpRequest::release);
        pending.clear();
        context.fireChannelInactive();
    }

    private CompletionStage<Reply> answer(FullHttpRequest request) {
        try {
            return routes.answer(request);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static Reply failed(Throwable failure) {
        LOG.error("admin port", failure);
        return Reply.error(HttpResponseStatus.INTERNAL_SERVER_ERROR, "internal error, see the log");
    }

    private static void write(ChannelHandlerContext context, Reply reply, boolean head) {
        ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), reply.body());
        int length = body.readableBytes();
        if (head) {
            body.release();
            body = context.alloc().buffer(0);
        }
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, reply.status(), body);
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, reply.contentType());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        headers.set("x-content-type-options", "nosniff");
        headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
        reply.fields().forEach(headers::set);
        var _ = context.writeAndFlush(response);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof TimeoutException)) {
            LOG.debug("admin connection {}", context.channel().remoteAddress(), cause);
        }
        var _ = context.close();
    }
}
