package dev.steelyard.dataplane.health;

import dev.steelyard.snapshot.HealthCheck.Http;
import dev.steelyard.snapshot.HealthCheck.StatusRange;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.stream.Collectors;

/**
 * Well is what answers an HTTP/1.1 request with one of the expected statuses. Each probe has its own connection ({@code Connection:
 * close}), which ends with the head of the response: its body is not read.
 */
final class HttpCheck implements HealthCheck {

    private static final String USER_AGENT = "steelyard-health-check";

    private final Http definition;
    private final String expected;
    private final ProbeSocket socket;
    private final boolean encrypted;

    /** @param encrypted whether over TLS */
    HttpCheck(Http definition, ProbeSocket socket, boolean encrypted) {
        this.definition = definition;
        this.socket = socket;
        this.encrypted = encrypted;
        this.expected = definition.expectedStatuses().stream()
                .map(range -> range.low() == range.high() ? "" + range.low() : range.low() + "-" + range.high())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void probe(EventLoop loop, Target endpoint, Promise<Outcome> outcome) {
        ChannelInitializer<SocketChannel> pipeline = new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                if (encrypted) {
                    channel.pipeline().addLast(ProbeConnection.tls(endpoint, "", outcome));
                }
                channel.pipeline().addLast(new HttpClientCodec(), new Exchange(outcome));
            }
        };
        FullHttpRequest request = request(endpoint.address());
        ProbeConnection.open(socket, loop, endpoint.address(), pipeline, outcome)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        connected.channel().writeAndFlush(request).addListener(written -> {
                            if (!written.isSuccess()) {
                                outcome.trySuccess(Outcome.unhealthy(ProbeConnection.reason(written.cause())));
                            }
                        });
                    }
                });
    }

    private FullHttpRequest request(InetSocketAddress endpoint) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(definition.method()), definition.path());
        request.headers()
                .set(HttpHeaderNames.HOST, definition.host().isEmpty() ? authority(endpoint) : definition.host())
                .set(HttpHeaderNames.USER_AGENT, USER_AGENT)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        definition.headers().forEach((name, value) -> request.headers().set(name, value));
        return request;
    }

    private Outcome judge(HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            return Outcome.unhealthy("not an HTTP response");
        }
        int status = response.status().code();
        for (StatusRange range : definition.expectedStatuses()) {
            if (range.contains(status)) {
                return Outcome.HEALTHY;
            }
        }
        return Outcome.unhealthy(Outcome.Fault.STATUS, "HTTP status " + status + ", expected " + expected);
    }

    private static String authority(InetSocketAddress endpoint) {
        return NetUtil.toSocketAddressString(endpoint);
    }

    /** Waits for the final response. */
    private final class Exchange extends SimpleChannelInboundHandler<HttpObject> {

        private final Promise<Outcome> outcome;

        private Exchange(Promise<Outcome> outcome) {
            this.outcome = outcome;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message instanceof HttpResponse response
                    && (response.decoderResult().isFailure()
                            || response.status().codeClass() != HttpStatusClass.INFORMATIONAL)) {
                outcome.trySuccess(judge(response));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            outcome.trySuccess(Outcome.unhealthy("connection closed before an answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            outcome.trySuccess(Outcome.unhealthy(ProbeConnection.reason(cause)));
        }
    }
}
