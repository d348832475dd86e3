package dev.steelyard.e2e.backend;

import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Map;

/**
 * Answers by path:
 *
 * <ul>
 *   <li>{@code /healthz}: 200, or 503 when told to be unhealthy
 *   <li>{@code /echo}: the request as it arrived: request line, one line for each field, empty line, body
 *   <li>{@code /status/N}: status N
 *   <li>{@code /bytes/N}: N bytes, each the last digit of its index
 *   <li>{@code /delay/N}: the name, after N milliseconds
 *   <li>{@code /hangup}: closes the connection without an answer
 *   <li>all others: the name
 * </ul>
 */
@SuppressWarnings("FutureReturnValueIgnored") // a client that is gone is no fault of this server
final class EchoHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final EchoServer server;

    EchoHandler(EchoServer server) {
        this.server = server;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        String[] path = new QueryStringDecoder(request.uri()).path().split("/", 3);
        String verb = path.length > 1 ? path[1] : "";
        String argument = path.length > 2 ? path[2] : "";
        if (!verb.equals("healthz")) {
            server.countRequest();
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        boolean head = request.method().equals(HttpMethod.HEAD);
        switch (verb) {
            case "healthz" -> answer(context, server.isHealthy() ? OK : SERVICE_UNAVAILABLE, name(), keepAlive, head);
            case "echo" -> answer(context, OK, echo(request), keepAlive, head);
            case "status" ->
                answer(context, HttpResponseStatus.valueOf(Integer.parseInt(argument)), name(), keepAlive, head);
            case "bytes" -> answer(context, OK, digits(Integer.parseInt(argument)), keepAlive, head);
            case "delay" ->
                context.executor()
                        .schedule(
                                () -> answer(context, OK, name(), keepAlive, head),
                                Long.parseLong(argument),
                                MILLISECONDS);
            case "hangup" -> context.close();
            default -> answer(context, OK, name(), keepAlive, head);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // broken by the other side, as tests do
    }

    /** Takes the body. */
    private void answer(
            ChannelHandlerContext context, HttpResponseStatus status, ByteBuf body, boolean keepAlive, boolean head) {
        int length = body.readableBytes();
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers().set("X-Backend", server.name());
        if (status.code() != 204 && status.code() != 304) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        }
        if (head || status.code() == 204 || status.code() == 304) {
            body.clear();
        }
        HttpUtil.setKeepAlive(response, keepAlive);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private ByteBuf name() {
        return Unpooled.copiedBuffer(server.name() + "\n", UTF_8);
    }

    /** Filled as an array: a buffer that looks for leaks takes far longer for each byte, and others wait for this loop meanwhile. */
    private static ByteBuf digits(int count) {
        byte[] body = new byte[count];
        for (int i = 0; i < count; i++) {
            body[i] = (byte) ('0' + i % 10);
        }
        return Unpooled.wrappedBuffer(body);
    }

    private static ByteBuf echo(FullHttpRequest request) {
        StringBuilder text = new StringBuilder();
        text.append(request.method())
                .append(' ')
                .append(request.uri())
                .append(' ')
                .append(request.protocolVersion());
        text.append('\n');
        for (Map.Entry<String, String> field : request.headers()) {
            text.append(field.getKey()).append(": ").append(field.getValue()).append('\n');
        }
        text.append('\n').append(request.content().toString(UTF_8));
        return Unpooled.copiedBuffer(text, UTF_8);
    }
}
