package dev.steelyard.dataplane.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.Authority;
import dev.steelyard.dataplane.health.Outcome.Fault;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.HealthCheck.Http;
import dev.steelyard.snapshot.HealthCheck.Https;
import dev.steelyard.snapshot.HealthCheck.Probe;
import dev.steelyard.snapshot.HealthCheck.StatusRange;
import dev.steelyard.snapshot.HealthCheck.Tcp;
import dev.steelyard.snapshot.HealthCheck.Tls;
import dev.steelyard.snapshot.UpstreamTls;
import io.netty.channel.EventLoop;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthChecksTest {

    private static final EventLoops LOOPS = EventLoops.start(Transport.preferred(), 1);

    @AfterAll
    static void stop() {
        LOOPS.close();
    }

    @Test
    void tcpIsWellOnceConnected() throws Exception {
        try (Backend backend = new Backend("hold")) {
            assertThat(probe(new Tcp(), backend.address())).isEqualTo(Outcome.HEALTHY);
        }
        assertThat(probe(new Tcp(), Backend.refusing()))
                .isEqualTo(Outcome.unhealthy(Fault.CONNECTION, "connection refused"));
    }

    @ParameterizedTest
    @CsvSource({
        "200, true, ''",
        "204, true, ''",
        "399, true, ''",
        "418, true, ''",
        "400, false, 'HTTP status 400, expected 200-399, 418'",
        "500, false, 'HTTP status 500, expected 200-399, 418'"
    })
    void httpIsWellWithAnExpectedStatus(int status, boolean healthy, String reason) throws Exception {
        try (Backend backend = new Backend(Backend.status(status))) {
            Outcome outcome = probe(http(""), backend.address());
            assertThat(outcome.healthy()).isEqualTo(healthy);
            assertThat(outcome.reason()).isEqualTo(reason);
        }
    }

    @Test
    void httpSendsWhatItIsToldTo() throws Exception {
        try (Backend backend = new Backend(Backend.status(200))) {
            probe(http("shop.example.com"), backend.address());
            probe(http(""), backend.address());

            assertThat(backend.requests.getFirst())
                    .startsWith("HEAD /healthz?full=1 HTTP/1.1\r\n")
                    .containsIgnoringCase("\r\nhost: shop.example.com\r\n")
                    .containsIgnoringCase("\r\nx-probe: yes\r\n")
                    .containsIgnoringCase("\r\nconnection: close\r\n")
                    .containsIgnoringCase("\r\nuser-agent: steelyard-health-check\r\n");
            assertThat(backend.requests.getLast())
                    .containsIgnoringCase(
                            "\r\nhost: 127.0.0.1:" + backend.address().getPort() + "\r\n");
        }
    }

    @Test
    void httpWaitsForTheFinalResponse() throws Exception {
        try (Backend backend = new Backend("HTTP/1.1 103 Early Hints\r\n\r\n" + Backend.status(500))) {
            assertThat(probe(http(""), backend.address()).reason()).startsWith("HTTP status 500");
        }
    }

    @Test
    void httpRefusedOrCutOff() throws Exception {
        assertThat(probe(http(""), Backend.refusing()))
                .isEqualTo(Outcome.unhealthy(Fault.CONNECTION, "connection refused"));
        try (Backend backend = new Backend("HTTP/1.1 20")) {
            assertThat(probe(http(""), backend.address()))
                    .isEqualTo(Outcome.unhealthy("connection closed before an answer"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"220 mail.example.com ESMTP\r\n\r\n", "\0\0\0\0\0\0\0\0\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n"})
    void whatIsNotHttpIsNotWell(String answer) throws Exception {
        try (Backend backend = new Backend(answer)) {
            assertThat(probe(http(""), backend.address())).isEqualTo(Outcome.unhealthy("not an HTTP response"));
        }
    }

    @Test
    void anEndlessHeadIsNotWell() throws Exception {
        try (Backend backend = new Backend("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000))) {
            assertThat(probe(http(""), backend.address())).isEqualTo(Outcome.unhealthy("not an HTTP response"));
        }
    }

    @Test
    void tlsIsWellOnceItsCertificateIs() throws Exception {
        Authority authority = new Authority("origin-ca");
        Authority other = new Authority("other-ca");
        Certificate origin = authority.issue("origin", "origin.example");
        Certificate old =
                authority.issue(Algorithm.ecp256, Instant.now().minus(Duration.ofDays(1)), "origin", "origin.example");
        try (Backend good = new Backend(Backend.status(200), authority.context(origin));
                Backend expired = new Backend(Backend.status(200), authority.context(old));
                Backend closing = new Backend("")) {
            ClientTls trusted = trusting(authority, "origin.example");
            Tls tls = new Tls("");
            Https https = new Https(http(""));
            assertThat(probe(tls, good.address(), trusted)).isEqualTo(Outcome.HEALTHY);
            assertThat(probe(https, good.address(), trusted)).isEqualTo(Outcome.HEALTHY);
            assertThat(good.requests).last().asString().startsWith("HEAD /healthz?full=1 HTTP/1.1\r\n");
            assertThat(probe(tls, good.address(), null)).isEqualTo(Outcome.HEALTHY);
            assertThat(probe(https, good.address(), null)).isEqualTo(Outcome.HEALTHY);

            for (Probe probe : List.of(tls, https)) {
                assertThat(probe(probe, good.address(), trusting(other, "origin.example")))
                        .isEqualTo(Outcome.unhealthy(
                                Fault.HANDSHAKE, "the certificate is not signed by a trusted authority"));
                assertThat(probe(probe, expired.address(), trusted))
                        .isEqualTo(Outcome.unhealthy(Fault.HANDSHAKE, "the certificate has expired"));
                assertThat(probe(probe, good.address(), trusting(authority, "")).reason())
                        .startsWith("the certificate is for another name: ");
                assertThat(probe(probe, closing.address(), trusted))
                        .isEqualTo(Outcome.unhealthy(
                                Fault.HANDSHAKE, "the connection was closed during the TLS handshake"));
            }
            assertThat(probe(new Tls("other.example"), good.address(), trusted).reason())
                    .startsWith("the certificate is for another name: ");
        }
    }

    private static ClientTls trusting(Authority authority, String name) {
        return ClientTls.of(new UpstreamTls(authority.pem(), Optional.empty(), name, true), List.of());
    }

    private static Http http(String host) {
        TreeMap<String, String> headers = new TreeMap<>();
        headers.put("X-Probe", "yes");
        return new Http(
                "HEAD",
                "/healthz?full=1",
                host,
                headers,
                List.of(new StatusRange(200, 399), new StatusRange(418, 418)));
    }

    private static Outcome probe(Probe definition, InetSocketAddress endpoint) throws Exception {
        return probe(definition, endpoint, null);
    }

    private static Outcome probe(Probe definition, InetSocketAddress endpoint, @Nullable ClientTls tls)
            throws Exception {
        EventLoop loop = LOOPS.get(0);
        Promise<Outcome> outcome = loop.newPromise();
        loop.execute(() -> HealthChecks.of(definition, ProbeSocket.plain(LOOPS.socket()))
                .probe(loop, new Target(endpoint, "127.0.0.1", tls), outcome));
        return outcome.get(10, TimeUnit.SECONDS);
    }
}
