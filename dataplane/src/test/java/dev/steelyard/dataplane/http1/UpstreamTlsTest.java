package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.Authority;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.UpstreamTls;
import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to endpoints over TLS: a real nginx, and servers that misbehave. */
@Timeout(60)
class UpstreamTlsTest {

    private static final Authority AUTHORITY = new Authority("origin-ca");
    private static final Authority CLIENTS = new Authority("clients-ca");
    private static final Certificate ORIGIN = AUTHORITY.issue("origin", "origin.example");
    private static final Connections ONE_REQUEST_EACH =
            new Connections(Duration.ofSeconds(20), Duration.ofSeconds(60), 100, 1);

    private static ClientTls trusting(Authority authority, String serverName) {
        return ClientTls.of(new UpstreamTls(authority.pem(), Optional.empty(), serverName, true), List.of("http/1.1"));
    }

    private static RawServer encrypted(RawServer.Script script) throws IOException {
        SSLServerSocket listening = (SSLServerSocket) AUTHORITY
                .context(ORIGIN)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return new RawServer(listening, script);
    }

    private static Wire.Message get(EngineFixture engine) throws IOException {
        try (Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", "Connection: close"));
            Wire.Message response = client.readResponse();
            assertThat(response).isNotNull();
            return response;
        }
    }

    private static Process nginx(Path folder, int port, String version) throws IOException {
        Files.writeString(folder.resolve("tls.crt"), ORIGIN.chain());
        Files.writeString(folder.resolve("tls.key"), ORIGIN.privateKey());
        Files.writeString(folder.resolve("clients.crt"), CLIENTS.pem());
        String text = """
                user root; daemon off; worker_processes 1; pid DIR/pid; error_log DIR/error.log;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c; uwsgi_temp_path DIR/d;
                  scgi_temp_path DIR/e;
                  server {
                    listen 127.0.0.1:PORT ssl; ssl_protocols VERSION; ssl_session_cache shared:a:1m;
                    ssl_certificate DIR/tls.crt; ssl_certificate_key DIR/tls.key;
                    ssl_client_certificate DIR/clients.crt; ssl_verify_client on;
                    location / { return 200 "$ssl_protocol $ssl_server_name $ssl_client_s_dn $ssl_session_reused"; }
                  }
                }
                """;
        Path config = folder.resolve("nginx.conf");
        Files.writeString(
                config,
                text.replace("DIR", folder.toString())
                        .replace("PORT", String.valueOf(port))
                        .replace("VERSION", version));
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

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aRealServerSeesNameAndCertificateAndResumesSessions(String version, @TempDir Path folder) throws Exception {
        int port = FreePort.next();
        Process nginx = nginx(folder, port, version);
        ClientTls tls = ClientTls.of(
                new UpstreamTls(
                        AUTHORITY.pem(), Optional.of(CLIENTS.issue("steelyard", "client")), "origin.example", true),
                List.of("http/1.1"));
        try (EngineFixture engine = new EngineFixture(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .connections(ONE_REQUEST_EACH)
                .upstreamTls(tls)) {
            String who = version + " origin.example CN=steelyard ";
            assertThat(get(engine).body()).isEqualTo(who + ".");
            for (int i = 0; i < 3; i++) {
                assertThat(get(engine).body()).isEqualTo(who + "r");
            }
            engine.connections(EngineFixture.PATIENT);
            try (Wire client = engine.connect()) {
                for (int i = 0; i < 20; i++) {
                    client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
                    assertThat(client.readResponse().body()).isEqualTo(who + "r");
                }
            }
            assertThat(engine.meters.flags).isEmpty();
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }

    @Test
    void whoeverIsNotSignedByTheAuthoritiesGetsNoRequest() throws Exception {
        refusedEach(trusting(CLIENTS, "origin.example"));
    }

    @Test
    void whoeverHasAnotherNameGetsNoRequest() throws Exception {
        refusedEach(trusting(AUTHORITY, "other.example"));
        refusedEach(trusting(AUTHORITY, ""));
    }

    private static void refusedEach(ClientTls tls) throws Exception {
        try (RawServer one = encrypted(wire -> wire.readRequest());
                RawServer other = encrypted(wire -> wire.readRequest());
                EngineFixture engine = new EngineFixture(one.address(), other.address()).upstreamTls(tls)) {
            assertThat(get(engine).status()).isEqualTo(503);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_TLS_FAILED);
            assertThat(engine.meters.handshakeFailures).hasValue(2);
            assertThat(one.connections()).isEqualTo(1);
            assertThat(other.connections()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        }
    }

    @Test
    void withoutVerificationWhateverIsShownWillDo() throws Exception {
        try (RawServer server = encrypted(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
                });
                EngineFixture engine = new EngineFixture(server.address()).upstreamTls(ClientTls.unverified())) {
            assertThat(get(engine).body()).isEqualTo("ok");
        }
    }

    @Test
    void anEndpointThatSpeaksNoTlsIsPassedOver() throws Exception {
        try (RawServer plain = new RawServer(wire -> {
                    wire.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                    wire.read();
                });
                RawServer good = encrypted(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
                });
                EngineFixture engine = new EngineFixture(plain.address(), good.address())
                        .upstreamTls(trusting(AUTHORITY, "origin.example"))) {
            assertThat(get(engine).body()).isEqualTo("ok");
            assertThat(engine.meters.handshakeFailures).hasValue(1);
            assertThat(engine.meters.flags).isEmpty();
        }
    }

    @Test
    void connectionsMadeWithOtherSettingsAreNotReused() throws Exception {
        try (RawServer server = encrypted(wire -> {
                    while (wire.readRequest() != null) {
                        wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
                    }
                });
                EngineFixture engine =
                        new EngineFixture(server.address()).upstreamTls(trusting(AUTHORITY, "origin.example"))) {
            get(engine);
            get(engine);
            assertThat(server.connections()).isEqualTo(1);
            engine.upstreamTls(trusting(AUTHORITY, "origin.example"));
            get(engine);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyThatEndsWithTheConnectionIsWholeOnlyIfItsEndIsAnnounced(boolean announced) throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    SSLSocket tls = (SSLSocket)
                            AUTHORITY.context(ORIGIN).getSocketFactory().createSocket(wire.socket(), null, true);
                    Wire encrypted = new Wire(tls);
                    encrypted.readRequest();
                    encrypted.send(Wire.head("HTTP/1.1 200 OK") + "hello");
                    (announced ? tls : wire.socket()).close();
                });
                EngineFixture engine =
                        new EngineFixture(server.address()).upstreamTls(trusting(AUTHORITY, "origin.example"));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
            if (announced) {
                assertThat(client.readResponse().body()).isEqualTo("hello");
                assertThat(engine.meters.flags).isEmpty();
            } else {
                assertThatThrownBy(client::readResponse).isInstanceOf(IOException.class);
                await().untilAsserted(
                                () -> assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET));
            }
        }
    }
}
