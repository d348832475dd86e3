package dev.steelyard.dataplane.listener;

import static dev.steelyard.dataplane.listener.ListenerScene.http;
import static dev.steelyard.dataplane.listener.ListenerScene.limits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.Certificates;
import dev.steelyard.dataplane.TlsClient;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.TlsPlan;
import dev.steelyard.dataplane.tls.TlsContexts;
import dev.steelyard.dataplane.tls.TlsContexts.Shared;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ListenerTls.TlsVersion;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsEngineTest {

    private static final ListenerKey LOCAL = new ListenerKey("127.0.0.1", 0);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static Stream<Arguments> providersAndKeys() {
        return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK)
                .flatMap(provider -> Stream.of(Algorithm.ecp256, Algorithm.ecp384, Algorithm.rsa2048)
                        .flatMap(key ->
                                Stream.of("TLSv1.2", "TLSv1.3").map(version -> Arguments.of(provider, key, version))));
    }

    @ParameterizedTest
    @MethodSource("providersAndKeys")
    void bothProvidersServeAllUsualKeys(SslProvider provider, Algorithm key, String version) throws IOException {
        TlsContexts contexts = TlsContexts.of(provider);
        Shared shared = contexts.acquire(Certificates.forNames(key, "a", "a.example.com"), TlsVersion.TLS_1_2, false);
        try (ListenerScene scene = new ListenerScene(Transport.preferred(), 2, PATIENCE)) {
            scene.apply(Map.of(LOCAL, http("web", limits(0, PATIENCE), plan(shared))));
            try (var socket = TlsClient.connect(scene.port(LOCAL), "a.example.com", version);
                    LineClient client = new LineClient(socket)) {
                assertThat(client.line()).isEqualTo("http web");
                assertThat(TlsClient.shown(socket)).isEqualTo("a");
                assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            }
        } finally {
            contexts.release(shared);
        }
    }

    @Test
    void aReplacedContextLivesUntilItsLastConnectionEnds() throws IOException {
        assertThat(OpenSsl.isAvailable()).isTrue();
        TlsContexts contexts = new TlsContexts();
        Shared before = contexts.acquire(certificate("before"), TlsVersion.TLS_1_2, false);
        Shared after = contexts.acquire(certificate("after"), TlsVersion.TLS_1_2, false);
        try (ListenerScene scene = new ListenerScene(Transport.preferred(), 2, PATIENCE)) {
            scene.apply(Map.of(LOCAL, http("web", limits(0, PATIENCE), plan(before))));
            int port = scene.port(LOCAL);
            // This one has not sent its ClientHello when the certificate changes.
            Socket late = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
            LineClient client = new LineClient(TlsClient.connect(port, "a.example.com"));
            assertThat(client.line()).isEqualTo("http web");
            scene.apply(Map.of(LOCAL, http("web", limits(0, PATIENCE), plan(after))));
            contexts.release(before);
            await().until(() -> count(before) == 1);
            client.say("still secret");
            assertThat(client.line()).isEqualTo("still secret");
            try (var socket = TlsClient.over(late, "a.example.com")) {
                assertThat(TlsClient.shown(socket)).isEqualTo("after");
            }
            client.close();
            await().until(() -> count(before) == 0);
            scene.apply(Map.of());
            contexts.release(after);
            await().until(() -> count(after) == 0);
        }
    }

    @Test
    void whoDoesNotSpeakTlsIsSentAway() throws IOException {
        TlsContexts contexts = new TlsContexts();
        Shared shared = contexts.acquire(certificate("a"), TlsVersion.TLS_1_3, false);
        try (ListenerScene scene = new ListenerScene(Transport.preferred(), 2, PATIENCE)) {
            scene.apply(Map.of(LOCAL, http("web", limits(0, Duration.ofMillis(300)), plan(shared))));
            int port = scene.port(LOCAL);
            try (LineClient silent = new LineClient("127.0.0.1", port)) {
                assertThat(silent.line()).isNull();
            }
            try (LineClient clear = new LineClient("127.0.0.1", port)) {
                clear.say("GET / HTTP/1.1\r\nHost: a\r\n\r");
                assertThat(clear.line()).isNull();
            }
            assertThatThrownBy(() -> TlsClient.connect(port, "a.example.com", "TLSv1.2"))
                    .isInstanceOf(SSLException.class);
            await().untilAsserted(() -> assertThat(scene.meters.scrape("text/plain"))
                    .contains("steelyard_tls_handshake_failures_total{listener=\"127.0.0.1:0\"} 3.0"));
        } finally {
            contexts.release(shared);
        }
    }

    private static Certificate certificate(String name) {
        return Certificates.forNames(name, "a.example.com");
    }

    private static int count(Shared shared) {
        return ((ReferenceCounted) shared.context()).refCnt();
    }

    /** Shows one certificate to everybody. */
    private static TlsPlan plan(Shared shared) {
        return new TlsPlan() {
            @Override
            public SslContext contextFor(String serverName) {
                return shared.context();
            }

            @Override
            public boolean covers(String serverName, String host) {
                return true;
            }

            @Override
            public void retain() {
                ReferenceCountUtil.retain(shared.context());
            }

            @Override
            public void release() {
                ReferenceCountUtil.release(shared.context());
            }
        };
    }
}
