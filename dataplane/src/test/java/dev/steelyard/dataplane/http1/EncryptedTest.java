package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.Certificates;
import dev.steelyard.snapshot.Certificate;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same over TLS: ends of messages and of connections. */
@Timeout(60)
class EncryptedTest {

    private static final Certificate CERTIFICATE = Certificates.forNames("test", "test.example");

    private static SslContext server(String version) throws IOException {
        return SslContextBuilder.forServer(
                        new ByteArrayInputStream(CERTIFICATE.chain().getBytes(StandardCharsets.US_ASCII)),
                        new ByteArrayInputStream(CERTIFICATE.privateKey().getBytes(StandardCharsets.US_ASCII)))
                .protocols(version)
                .build();
    }

    private static Wire connect(EngineFixture engine) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "test",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(CERTIFICATE.chain().getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return new Wire(context.getSocketFactory()
                .createSocket(engine.address().getAddress(), engine.address().getPort()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void largeBodiesAndPipelinedRequestsComeThroughAndTheEndIsAnnounced(String version) throws Exception {
        byte[] body = new byte[4 << 20];
        try (RawServer server = new RawServer(wire -> {
                    while (wire.readRequest() != null) {
                        wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: " + body.length));
                        wire.send(body);
                    }
                });
                EngineFixture engine = new EngineFixture(server.address()).encrypted(server(version));
                Wire client = connect(engine)) {
            String get = Wire.head("GET / HTTP/1.1", "Host: test.example");
            String last = Wire.head("GET / HTTP/1.1", "Host: test.example", "Connection: close");
            client.send(get + get + last);
            for (int i = 0; i < 3; i++) {
                assertThat(client.readHead()).isNotNull();
                TimeUnit.MILLISECONDS.sleep(50); // lets the response pile up
                client.readExactly(body.length);
            }
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aRefusalReachesAClientThatIsStillSending(String version) throws Exception {
        try (EngineFixture engine = new EngineFixture().encrypted(server(version));
                Wire client = connect(engine)) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: other.example", "Content-Length: 1000000"));
            client.send(new byte[10_000]);
            assertThat(client.readResponse().status()).isEqualTo(404);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aResponseUntilCloseThatIsResetNeverLooksComplete(String version) throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK") + "hello");
                    seen.await();
                    wire.reset();
                });
                EngineFixture engine = new EngineFixture(server.address()).encrypted(server(version));
                Wire client = connect(engine)) {
            client.send(Wire.head("GET / HTTP/1.0", "Host: test.example"));
            assertThat(client.readHead()).isNotNull();
            client.readExactly(5);
            seen.countDown();
            assertThatThrownBy(client::read).isInstanceOf(IOException.class);
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        }
    }
}
