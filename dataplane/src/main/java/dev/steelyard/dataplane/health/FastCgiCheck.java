package dev.steelyard.dataplane.health;

import dev.steelyard.dataplane.fastcgi.CgiHead;
import dev.steelyard.dataplane.fastcgi.ParameterWriter;
import dev.steelyard.dataplane.fastcgi.RecordReader;
import dev.steelyard.dataplane.fastcgi.RecordSink;
import dev.steelyard.dataplane.fastcgi.Records;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.snapshot.HealthCheck.FastCgi;
import dev.steelyard.snapshot.HealthCheck.Http;
import dev.steelyard.snapshot.HealthCheck.StatusRange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Well is what answers a FastCGI request with one of the expected statuses. Each probe has its own connection, which ends with the fields of
 * the response: its body is not read.
 */
final class FastCgiCheck implements HealthCheck {

    private static final byte[] HTTP = "HTTP_".getBytes(StandardCharsets.US_ASCII);

    private final FastCgi definition;
    private final ProbeSocket socket;
    private final String expected;

    FastCgiCheck(FastCgi definition, ProbeSocket socket) {
        this.definition = definition;
        this.socket = socket;
        this.expected = definition.request().expectedStatuses().stream()
                .map(range -> range.low() == range.high() ? "" + range.low() : range.low() + "-" + range.high())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void probe(EventLoop loop, Target endpoint, Promise<Outcome> outcome) {
        ProbeConnection.open(socket, loop, endpoint.address(), new Answer(outcome), outcome)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        ByteBuf request = connected.channel().alloc().buffer();
                        write(endpoint.address(), request);
                        connected.channel().writeAndFlush(request).addListener(written -> {
                            if (!written.isSuccess()) {
                                outcome.trySuccess(Outcome.unhealthy(ProbeConnection.reason(written.cause())));
                            }
                        });
                    }
                });
    }

    private void write(InetSocketAddress endpoint, ByteBuf out) {
        Http request = definition.request();
        int question = request.path().indexOf('?');
        String path = question < 0 ? request.path() : request.path().substring(0, question);
        String authority = NetUtil.toSocketAddressString(endpoint);
        Records.begin(out, false);
        ParameterWriter writer = new ParameterWriter(out);
        writer.begin();
        put(writer, out, "SCRIPT_FILENAME", definition.documentRoot() + path);
        put(writer, out, "SCRIPT_NAME", path);
        put(writer, out, "DOCUMENT_ROOT", definition.documentRoot().isEmpty() ? "/" : definition.documentRoot());
        put(writer, out, "REQUEST_METHOD", request.method());
        put(writer, out, "QUERY_STRING", question < 0 ? "" : request.path().substring(question + 1));
        put(writer, out, "REQUEST_URI", request.path());
        put(writer, out, "SERVER_PROTOCOL", "HTTP/1.1");
        put(writer, out, "GATEWAY_INTERFACE", "CGI/1.1");
        put(writer, out, "SERVER_SOFTWARE", "steelyard");
        put(writer, out, "REDIRECT_STATUS", "200");
        put(writer, out, "HTTP_HOST", request.host().isEmpty() ? authority : request.host());
        put(writer, out, "HTTP_USER_AGENT", "steelyard-health-check");
        request.headers().forEach((name, value) -> {
            byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
            writer.fieldName(HTTP, octets, 0, octets.length);
            out.writeCharSequence(value, StandardCharsets.UTF_8);
            writer.endValue();
        });
        writer.end();
        Records.inputEnd(out);
    }

    private static void put(ParameterWriter writer, ByteBuf out, String name, String value) {
        writer.name(name.getBytes(StandardCharsets.US_ASCII));
        out.writeCharSequence(value, StandardCharsets.UTF_8);
        writer.endValue();
    }

    private Outcome judge(int status) {
        for (StatusRange range : definition.request().expectedStatuses()) {
            if (range.contains(status)) {
                return Outcome.HEALTHY;
            }
        }
        return Outcome.unhealthy(Outcome.Fault.STATUS, "status " + status + ", expected " + expected);
    }

    /** Waits for the fields of the response. */
    private final class Answer extends SimpleChannelInboundHandler<ByteBuf> implements RecordSink {

        private final Promise<Outcome> outcome;
        private final RecordReader records = new RecordReader();
        private final CgiHead cgi = new CgiHead();
        private final ResponseHead head = new ResponseHead();

        private Answer(Promise<Outcome> outcome) {
            this.outcome = outcome;
            records.begin();
            cgi.begin();
            head.begin(false);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf in) {
            if (outcome.isDone()) {
                return;
            }
            try {
                records.read(in, this);
                if (records.done()) {
                    outcome.trySuccess(Outcome.unhealthy(
                            records.protocolStatus() == RecordReader.OVERLOADED ? "overloaded" : "no response"));
                }
            } catch (MalformedMessage e) {
                outcome.trySuccess(Outcome.unhealthy("not a FastCGI response"));
            }
        }

        @Override
        public void output(ByteBuf piece) throws MalformedMessage {
            try {
                if (!outcome.isDone() && cgi.read(piece, head)) {
                    outcome.trySuccess(judge(head.status()));
                }
            } finally {
                piece.release();
            }
        }

        @Override
        public void errors(ByteBuf piece) {}

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
