package dev.steelyard.dataplane.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.Authority;
import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http2.FrameClient.Response;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.UpstreamTls;
import dev.steelyard.testing.FreePort;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 to endpoints over TLS: a real nginx, a grpc-java server, and servers that do not agree. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class Http2PoolTlsTest {

    private static final Authority AUTHORITY = new Authority("origin-ca");
    private static final Certificate ORIGIN = AUTHORITY.issue("origin", "origin.example");
    private static final Connections PATIENT = new Connections(Duration.ofSeconds(20), Duration.ofSeconds(60), 100, 0);

    private static ClientTls trusting(Authority authority) {
        return ClientTls.of(new UpstreamTls(authority.pem(), Optional.empty(), "origin.example", true), List.of("h2"));
    }

    private static Http2Fixture before(int port, ClientTls tls) {
        return new Http2Fixture(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PoolProtocol.HTTP2, PATIENT, tls);
    }

    private static Process nginx(Path folder, int port) throws IOException {
        Files.writeString(folder.resolve("tls.crt"), ORIGIN.chain());
        Files.writeString(folder.resolve("tls.key"), ORIGIN.privateKey());
        String text = """
                user root; daemon off; worker_processes 1; pid DIR/pid; error_log DIR/error.log;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c; uwsgi_temp_path DIR/d;
                  scgi_temp_path DIR/e;
                  server {
                    listen 127.0.0.1:PORT ssl http2;
                    ssl_certificate DIR/tls.crt; ssl_certificate_key DIR/tls.key;
                    location / { return 200 "$server_protocol $scheme $ssl_server_name $ssl_alpn_protocol $connection"; }
                  }
                }
                """;
        Path config = folder.resolve("nginx.conf");
        Files.writeString(config, text.replace("DIR", folder.toString()).replace("PORT", String.valueOf(port)));
        Process nginx = new ProcessBuilder("nginx", "-c", config.toString(), "-p", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        await().until(() -> listening(port));
        return nginx;
    }

    private static boolean listening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void requestsShareAConnectionUntilTheSettingsChange(@TempDir Path folder) throws Exception {
        int port = FreePort.next();
        Process nginx = nginx(folder, port);
        try (Http2Fixture engine = before(port, trusting(AUTHORITY));
                FrameClient client = engine.connect().start()) {
            String first = client.get(1, "/").response(1).body();
            assertThat(first).startsWith("HTTP/2.0 https origin.example h2 ");
            assertThat(client.get(3, "/").response(3).body()).isEqualTo(first);
            engine.upstreamTls(trusting(AUTHORITY));
            String other = client.get(5, "/").response(5).body();
            assertThat(other).startsWith("HTTP/2.0 https origin.example h2 ").isNotEqualTo(first);
            assertThat(client.get(7, "/").response(7).body()).isEqualTo(other);
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused(@TempDir Path folder) throws Exception {
        int port = FreePort.next();
        Process nginx = nginx(folder, port);
        try (Http2Fixture engine = before(port, trusting(new Authority("other-ca")));
                FrameClient client = engine.connect().start()) {
            Response response = client.get(1, "/").response(1);
            assertThat(response.status()).isEqualTo(503);
            assertThat(engine.meters.flags).contains(ResponseFlag.UPSTREAM_TLS_FAILED);
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }

    /** A server that speaks TLS, and HTTP/1.1 alone, gets no request. */
    @Test
    void aServerThatDoesNotAgreeToHttp2GetsNoRequest() throws Exception {
        SSLServerSocket listening = (SSLServerSocket) AUTHORITY
                .context(ORIGIN)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (RawServer server =
                        new RawServer(listening, wire -> assertThat(wire.read()).isEqualTo(-1));
                Http2Fixture engine = before(listening.getLocalPort(), trusting(AUTHORITY));
                FrameClient client = engine.connect().start()) {
            assertThat(client.get(1, "/").response(1).status()).isEqualTo(503);
            assertThat(engine.meters.flags).contains(ResponseFlag.UPSTREAM_TLS_FAILED);
            assertThat(engine.endpoint.inFlight()).isZero();
            assertThat(server.connections()).isPositive();
        }
    }

    @Test
    void callsOfGrpcPass() throws Exception {
        MethodDescriptor<byte[], byte[]> echo = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName("test.Service/Echo")
                .setRequestMarshaller(new Octets())
                .setResponseMarshaller(new Octets())
                .build();
        Server server = Grpc.newServerBuilderForPort(
                        0, TlsServerCredentials.create(stream(ORIGIN.chain()), stream(ORIGIN.privateKey())))
                .addService(ServerServiceDefinition.builder("test.Service")
                        .addMethod(
                                echo, ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> response) -> {
                                    response.onNext(request);
                                    response.onCompleted();
                                }))
                        .build())
                .maxInboundMessageSize(16 << 20)
                .build()
                .start();
        try (Http2Fixture engine = before(server.getPort(), trusting(AUTHORITY))) {
            ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                            "127.0.0.1", engine.address().getPort(), InsecureChannelCredentials.create())
                    .overrideAuthority("test.example")
                    .maxInboundMessageSize(16 << 20)
                    .build();
            try {
                for (int size : new int[] {0, 100, 3_000_000}) {
                    assertThat(ClientCalls.blockingUnaryCall(channel, echo, CallOptions.DEFAULT, new byte[size]))
                            .hasSize(size);
                }
            } finally {
                channel.shutdownNow();
            }
        } finally {
            server.shutdownNow();
        }
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
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
}
