package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.snapshot.HealthCheck;
import dev.steelyard.snapshot.HealthCheck.StatusRange;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Client addresses come through from and to a real HAProxy, whose own address is 127.0.0.1. Clients are at other loopback addresses, so that
 * they can be told apart.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ProxyProtocolTest {

    private final ManualSource source = new ManualSource();
    private Dataplane dataplane;
    private HaproxyServer haproxy;

    private final int http = FreePort.next();
    private final int https = FreePort.next();
    private final int tcp = FreePort.next();
    private final int outV1 = FreePort.next();
    private final int outV2 = FreePort.next();
    private final int tells = FreePort.next();
    private final int tellsBehindProxy = FreePort.next();
    private final int v1ToHttp = FreePort.next();
    private final int v2ToHttp = FreePort.next();
    private final int v2ToHttps = FreePort.next();
    private final int v2ToTcp = FreePort.next();

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        haproxy = new HaproxyServer(
                folder,
                """
                frontend tells
                  bind 127.0.0.1:%d
                  http-request return content-type text/plain lf-string "%%[req.hdr(x-forwarded-for)] %%[req.hdr(x-forwarded-port)]"
                frontend tells-behind-proxy
                  bind 127.0.0.1:%d accept-proxy
                  http-request return content-type text/plain lf-string "%%[src] %%[src_port] %%[dst_port]"
                listen v1-to-http
                  bind 127.0.0.1:%d
                  server s 127.0.0.1:%d send-proxy
                listen v2-to-http
                  bind 127.0.0.1:%d
                  unique-id-format %%ci
                  server s 127.0.0.1:%d send-proxy-v2 proxy-v2-options crc32c,unique-id check inter 100
                listen v2-to-https
                  bind 127.0.0.1:%d
                  mode tcp
                  server s 127.0.0.1:%d send-proxy-v2
                listen v2-to-tcp
                  bind 127.0.0.1:%d
                  mode tcp
                  server s 127.0.0.1:%d send-proxy-v2
                """.formatted(tells, tellsBehindProxy, v1ToHttp, http, v2ToHttp, http, v2ToHttps, https, v2ToTcp, tcp),
                tells);
        dataplane = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(2).withLocalAddresses(),
                source,
                ManualSource.noServices());
        HealthCheck check = new HealthCheck(
                new HealthCheck.Http("GET", "/", "", new TreeMap<>(), List.of(new StatusRange(200, 200))),
                0,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                1,
                1);
        InetSocketAddress plain = address(tells);
        InetSocketAddress proxied = address(tellsBehindProxy);
        source.deliver(SnapshotSets.of(
                1,
                VirtualServices.named("in")
                        .behind("127.0.0.1/32")
                        .limits(limits(Duration.ofSeconds(1)))
                        .http(http)
                        .https(https, Certificates.forNames("c", "s.example.com"))
                        .route("/", "tells")
                        .pool("tells", plain),
                VirtualServices.named("through")
                        .behind("127.0.0.1/32")
                        .tcp(tcp, "through")
                        .speaking(PoolProtocol.TCP)
                        .sending(ProxyProtocolVersion.V1)
                        .pool("through", proxied),
                VirtualServices.named("out-v1")
                        .http(outV1)
                        .route("/", "out-v1")
                        .checked(check)
                        .sending(ProxyProtocolVersion.V1)
                        .pool("out-v1", proxied),
                VirtualServices.named("out-v2")
                        .http(outV2)
                        .route("/", "out-v2")
                        .checked(check)
                        .sending(ProxyProtocolVersion.V2)
                        .pool("out-v2", proxied)));
        await().until(() -> dataplane.report().appliedRevision() == 1);
        assertThat(dataplane.report().rejected()).isEmpty();
    }

    @AfterEach
    void stop() throws IOException {
        dataplane.close();
        haproxy.close();
    }

    @Test
    void requestsAreToldToComeFromTheClientBehindTheProxy() throws IOException {
        assertThat(get(v1ToHttp, "127.0.0.7")).isEqualTo("127.0.0.7 " + v1ToHttp);
        // HAProxy's checks come with LOCAL: they pass, or it would not send anything here.
        await().untilAsserted(() -> assertThat(get(v2ToHttp, "127.0.0.8")).isEqualTo("127.0.0.8 " + v2ToHttp));
        try (Socket socket = connect(v2ToHttps, "127.0.0.9");
                SSLSocket secure = TlsClient.over(socket, "s.example.com");
                HttpConnection client = new HttpConnection(secure)) {
            assertThat(client.get("s.example.com", "/").body()).isEqualTo("127.0.0.9 " + v2ToHttps);
        }
    }

    @Test
    void aRelayedConnectionIsToldOnAsItWasTold() throws IOException {
        try (Socket socket = connect(v2ToTcp, "127.0.0.7");
                HttpConnection client = new HttpConnection(socket)) {
            assertThat(client.get("any", "/").body()).isEqualTo("127.0.0.7 " + socket.getLocalPort() + " " + v2ToTcp);
        }
    }

    @Test
    void endpointsAreToldTheClientAndNoConnectionIsSharedBetweenTwo() throws IOException {
        for (int port : new int[] {outV1, outV2}) {
            try (Socket one = connect(port, "127.0.0.7");
                    Socket other = connect(port, "127.0.0.8");
                    HttpConnection first = new HttpConnection(one);
                    HttpConnection second = new HttpConnection(other)) {
                for (int i = 0; i < 10; i++) {
                    assertThat(first.get("any", "/").body()).isEqualTo("127.0.0.7 " + one.getLocalPort() + " " + port);
                    assertThat(second.get("any", "/").body())
                            .isEqualTo("127.0.0.8 " + other.getLocalPort() + " " + port);
                }
            }
        }
        String metrics = dataplane.meters().scrape("text/plain");
        // One connection for each client; and checks have found the endpoint up, which takes a header from them, too.
        assertThat(metrics)
                .contains("steelyard_upstream_connect_seconds_count{namespace=\"shop\",pool=\"out-v1\"} 2\n")
                .contains("steelyard_upstream_connect_seconds_count{namespace=\"shop\",pool=\"out-v2\"} 2\n");
        await().untilAsserted(() -> assertThat(dataplane.meters().scrape("text/plain"))
                .contains("steelyard_endpoint_up{endpoint=\"127.0.0.1:" + tellsBehindProxy
                        + "\",namespace=\"shop\",pool=\"out-v1\"} 1.0\n")
                .contains("steelyard_endpoint_up{endpoint=\"127.0.0.1:" + tellsBehindProxy
                        + "\",namespace=\"shop\",pool=\"out-v2\"} 1.0\n"));
    }

    @Test
    void whoeverIsNotTrustedOrSendsNoHeaderIsClosedAndCounted() throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: any\r\n\r\n";
        // From elsewhere, with a header all the same.
        assertThat(answer("127.0.0.5", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + request))
                .isEmpty();
        assertThat(answer("127.0.0.1", request)).isEmpty();
        assertThat(answer("127.0.0.1", "PROXY TCP4 1.2.3.4 5.6.7.8 1 ")).isEmpty();
        assertThat(answer("127.0.0.1", "PROXY TCP4 1.2.3.4 5.6.7.8 1 80\r\n" + request))
                .endsWith("\r\n\r\n1.2.3.4 80");
        assertThat(answer("127.0.0.1", "PROXY UNKNOWN\r\n" + request)).endsWith("\r\n\r\n127.0.0.1 " + http);
        assertThat(dataplane.meters().scrape("text/plain"))
                .contains(
                        refused("untrusted_proxy"), refused("proxy_header_malformed"), refused("proxy_header_timeout"));
    }

    private String refused(String reason) {
        return "steelyard_connections_refused_total{listener=\"127.0.0.1:" + http + "\",reason=\"" + reason
                + "\"} 1.0\n";
    }

    /** What the HTTP listener answers to such bytes, until it closes. */
    private String answer(String from, String bytes) throws IOException {
        try (Socket socket = connect(http, from)) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
            if (bytes.endsWith("\n")) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException e) {
            return ""; // reset, since it had not been read
        }
    }

    private static String get(int port, String from) throws IOException {
        try (Socket socket = connect(port, from);
                HttpConnection client = new HttpConnection(socket)) {
            return client.get("any", "/").body();
        }
    }

    private static Socket connect(int port, String from) throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral(from), 0);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private static ListenerLimits limits(Duration headerTimeout) {
        ListenerLimits standard = ListenerLimits.DEFAULT;
        return new ListenerLimits(
                0,
                Duration.ZERO,
                headerTimeout,
                standard.keepAliveTimeout(),
                standard.maxHeaderBytes(),
                standard.maxRequests());
    }
}
