package dev.steelyard.dataplane.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A grpc-java client in front of a grpc-java server, with the cases of gRPC's interoperability tests. */
@Timeout(60)
class GrpcTest {

    private static final Metadata.Key<String> ECHO = Metadata.Key.of("x-echo", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> ECHO_TRAILING =
            Metadata.Key.of("x-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private static final MethodDescriptor<byte[], byte[]> UNARY = method("Unary", MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> FAILING = method("Failing", MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> SILENT = method("Silent", MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> MISSING = method("Missing", MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> MANY = method("Many", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<byte[], byte[]> SUM = method("Sum", MethodType.CLIENT_STREAMING);
    private static final MethodDescriptor<byte[], byte[]> CHAT = method("Chat", MethodType.BIDI_STREAMING);

    private static final AtomicInteger CANCELLED = new AtomicInteger();
    private static Server server;
    private static Http2Fixture engine;
    private static ManagedChannel channel;

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName("test.Service/" + name)
                .setRequestMarshaller(new Octets())
                .setResponseMarshaller(new Octets())
                .build();
    }

    private static final class Octets implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeAll
    static void start() throws IOException {
        ServerServiceDefinition service = ServerServiceDefinition.builder("test.Service")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> response) -> {
                    response.onNext(request);
                    response.onCompleted();
                }))
                .addMethod(
                        FAILING,
                        ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> response) ->
                                response.onError(Status.FAILED_PRECONDITION
                                        .withDescription("no, ünfit")
                                        .asRuntimeException())))
                .addMethod(
                        SILENT,
                        ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> response) ->
                                Context.current().addListener(_ -> CANCELLED.incrementAndGet(), Runnable::run)))
                .addMethod(
                        MANY,
                        ServerCalls.asyncServerStreamingCall((byte[] request, StreamObserver<byte[]> response) -> {
                            for (int i = 0; i < 100; i++) {
                                response.onNext(new byte[i * 100]);
                            }
                            response.onCompleted();
                        }))
                .addMethod(
                        SUM,
                        ServerCalls.asyncClientStreamingCall(
                                (StreamObserver<byte[]> response) -> new Summing(response)))
                .addMethod(
                        CHAT,
                        ServerCalls.asyncBidiStreamingCall((StreamObserver<byte[]> response) -> new Echoing(response)))
                .build();
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(service)
                .intercept(new EchoingMetadata())
                .maxInboundMessageSize(64 << 20)
                .build()
                .start();
        engine = new Http2Fixture(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()),
                PoolProtocol.HTTP2,
                Connections.DEFAULT);
        channel = Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", engine.address().getPort(), InsecureChannelCredentials.create())
                .overrideAuthority("test.example")
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        engine.close();
        server.shutdownNow();
    }

    private static final class Summing implements StreamObserver<byte[]> {

        private final StreamObserver<byte[]> response;
        private int sum;

        Summing(StreamObserver<byte[]> response) {
            this.response = response;
        }

        @Override
        public void onNext(byte[] value) {
            sum += value.length;
        }

        @Override
        public void onError(Throwable fault) {
            CANCELLED.incrementAndGet();
        }

        @Override
        public void onCompleted() {
            response.onNext(text(Integer.toString(sum)));
            response.onCompleted();
        }
    }

    private static final class Echoing implements StreamObserver<byte[]> {

        private final StreamObserver<byte[]> response;

        Echoing(StreamObserver<byte[]> response) {
            this.response = response;
            ((ServerCallStreamObserver<byte[]>) response).setOnCancelHandler(CANCELLED::incrementAndGet);
        }

        @Override
        public void onNext(byte[] value) {
            response.onNext(value);
        }

        @Override
        public void onError(Throwable fault) {}

        @Override
        public void onCompleted() {
            response.onCompleted();
        }
    }

    private static final class EchoingMetadata implements ServerInterceptor {

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            Metadata leading = new Metadata();
            Metadata trailing = new Metadata();
            if (headers.containsKey(ECHO)) {
                leading.put(ECHO, headers.get(ECHO));
            }
            if (headers.containsKey(ECHO_TRAILING)) {
                trailing.put(ECHO_TRAILING, headers.get(ECHO_TRAILING));
            }
            return MetadataUtils.newAttachMetadataServerInterceptor(new Metadata())
                    .interceptCall(new Decorated<>(call, leading, trailing), headers, next);
        }
    }

    private static final class Decorated<Q, R> extends io.grpc.ForwardingServerCall.SimpleForwardingServerCall<Q, R> {

        private final Metadata leading;
        private final Metadata trailing;

        Decorated(ServerCall<Q, R> call, Metadata leading, Metadata trailing) {
            super(call);
            this.leading = leading;
            this.trailing = trailing;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            headers.merge(leading);
            super.sendHeaders(headers);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            trailers.merge(trailing);
            super.close(status, trailers);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] unary(MethodDescriptor<byte[], byte[]> method, byte[] request) {
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
    }

    @Test
    void unaryCalls() {
        assertThat(unary(UNARY, text("hello"))).isEqualTo(text("hello"));
        assertThat(unary(UNARY, new byte[0])).isEmpty();
        byte[] large = new byte[8 << 20];
        large[large.length - 1] = 1;
        assertThat(unary(UNARY, large)).isEqualTo(large);
    }

    @Test
    void aStatusAndItsMessageComeInTrailers() {
        assertThatThrownBy(() -> unary(FAILING, text("x"))).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(e.getStatus().getDescription()).isEqualTo("no, ünfit");
        });
        assertThatThrownBy(() -> unary(MISSING, text("x")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }

    @Test
    void metadataComesThroughBeforeAndAfter() {
        Metadata sent = new Metadata();
        sent.put(ECHO, "leading");
        sent.put(ECHO_TRAILING, new byte[] {0, 1, (byte) 0xab});
        AtomicReference<Metadata> leading = new AtomicReference<>();
        AtomicReference<Metadata> trailing = new AtomicReference<>();
        io.grpc.Channel decorated = io.grpc.ClientInterceptors.intercept(
                channel,
                MetadataUtils.newAttachHeadersInterceptor(sent),
                MetadataUtils.newCaptureMetadataInterceptor(leading, trailing));
        assertThat(ClientCalls.blockingUnaryCall(decorated, UNARY, CallOptions.DEFAULT, text("x")))
                .isEqualTo(text("x"));
        assertThat(leading.get().get(ECHO)).isEqualTo("leading");
        assertThat(trailing.get().get(ECHO_TRAILING)).containsExactly(0, 1, 0xab);
    }

    @Test
    void serverStreaming() {
        Iterator<byte[]> answers =
                ClientCalls.blockingServerStreamingCall(channel, MANY, CallOptions.DEFAULT, text("x"));
        List<Integer> lengths = new ArrayList<>();
        answers.forEachRemaining(each -> lengths.add(each.length));
        assertThat(lengths).hasSize(100).startsWith(0, 100, 200).endsWith(9_900);
    }

    @Test
    void clientStreaming() throws Exception {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> calls =
                ClientCalls.asyncClientStreamingCall(channel.newCall(SUM, CallOptions.DEFAULT), new Hearing(heard));
        for (int i = 0; i < 50; i++) {
            calls.onNext(new byte[1_000]);
        }
        calls.onCompleted();
        assertThat((byte[]) heard.poll(10, TimeUnit.SECONDS)).isEqualTo(text("50000"));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("completed");
    }

    private record Hearing(BlockingQueue<Object> heard) implements StreamObserver<byte[]> {

        @Override
        public void onNext(byte[] value) {
            heard.add(value);
        }

        @Override
        public void onError(Throwable fault) {
            heard.add(Status.fromThrowable(fault).getCode());
        }

        @Override
        public void onCompleted() {
            heard.add("completed");
        }
    }

    @Test
    void bidirectionalStreamingAnswersEachMessageAsItComes() throws Exception {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> calls =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(CHAT, CallOptions.DEFAULT), new Hearing(heard));
        for (int i = 0; i < 20; i++) {
            calls.onNext(text("message " + i));
            assertThat((byte[]) heard.poll(10, TimeUnit.SECONDS)).isEqualTo(text("message " + i));
        }
        calls.onCompleted();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("completed");
    }

    @Test
    void manySmallMessagesOnOneStreamAreNoFlood() throws Exception {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> calls =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(CHAT, CallOptions.DEFAULT), new Hearing(heard));
        for (int i = 0; i < 5_000; i++) {
            calls.onNext(text("m"));
        }
        calls.onCompleted();
        for (int i = 0; i < 5_000; i++) {
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(byte[].class);
        }
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("completed");
    }

    @Test
    void aCancelledCallIsCancelledAtTheServer() throws Exception {
        int before = CANCELLED.get();
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        io.grpc.ClientCall<byte[], byte[]> call = channel.newCall(CHAT, CallOptions.DEFAULT);
        StreamObserver<byte[]> calls = ClientCalls.asyncBidiStreamingCall(call, new Hearing(heard));
        calls.onNext(text("x"));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(text("x"));
        call.cancel("enough", null);
        await().until(() -> CANCELLED.get() > before);
        await().until(() -> engine.endpoint.inFlight() == 0);
    }

    @Test
    void aDeadlineReachesTheServer() {
        int before = CANCELLED.get();
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        channel, SILENT, CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS), text("x")))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        // The server, too, keeps the deadline, and may be first to end the call.
                        e -> assertThat(e.getStatus().getCode())
                                .isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE));
        await().until(() -> CANCELLED.get() > before);
    }

    @Test
    void callsWithoutAServerAreUnavailable() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
        }
        try (Http2Fixture dead = new Http2Fixture(nobody, PoolProtocol.HTTP2, Connections.DEFAULT)) {
            ManagedChannel toDead = Grpc.newChannelBuilderForAddress(
                            "127.0.0.1", dead.address().getPort(), InsecureChannelCredentials.create())
                    .overrideAuthority("test.example")
                    .build();
            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(toDead, UNARY, CallOptions.DEFAULT, text("x")))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
            toDead.shutdownNow();
        }
    }
}
