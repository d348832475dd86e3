package dev.steelyard.dataplane.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.Authority;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.snapshot.AccessLog;
import dev.steelyard.snapshot.UpstreamTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes, ends and resets pass as they come, over real sockets. */
@Timeout(60)
@ParameterizedClass
@EnumSource(RelayFixture.Way.class)
class RelayTest {

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private final RelayFixture.Way way;

    RelayTest(RelayFixture.Way way) {
        this.way = way;
    }

    private RelayFixture relay(InetSocketAddress... endpoints) {
        return new RelayFixture(way, endpoints);
    }

    @Test
    void eachSideMayEndBeforeTheOther() throws Exception {
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server));
                Socket client = relay.connect()) {
            client.getOutputStream().write(HELLO);
            client.shutdownOutput();
            try (Socket endpoint = server.accept()) {
                assertThat(endpoint.getInputStream().readAllBytes()).isEqualTo(HELLO);
                endpoint.getOutputStream().write(HELLO);
            }
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(HELLO);
        }
    }

    @Test
    void aConnectionIsALineOfTheLog() throws Exception {
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server))
                        .logged(new AccessLog(
                                AccessLog.Format.CUSTOM,
                                "%{scheme} %{namespace}/%{virtual_service} %{route} %{pool} %{client_address} %{status}"
                                        + " %{attempts} %{bytes_received} %{bytes_sent} %{flags}",
                                100))) {
            try (Socket client = relay.connect()) {
                client.getOutputStream().write(HELLO);
                client.shutdownOutput();
                try (Socket endpoint = server.accept()) {
                    assertThat(endpoint.getInputStream().readAllBytes()).isEqualTo(HELLO);
                    endpoint.getOutputStream().write(1);
                }
                assertThat(client.getInputStream().readAllBytes()).hasSize(1);
            }
            assertThat(relay.written.line()).isEqualTo("tcp test/service tcp pool 127.0.0.1 000 1 5 1 -");
        }
    }

    @Test
    void aConnectionToNobodyIsALineOfTheLog() throws Exception {
        try (RelayFixture relay =
                        relay().logged(new AccessLog(AccessLog.Format.CUSTOM, "%{endpoint} %{attempts} %{flags}", 0));
                RelayFixture logged = relay().logged(
                                new AccessLog(AccessLog.Format.CUSTOM, "%{endpoint} %{attempts} %{flags}", 100))) {
            relay.connect().close();
            logged.connect().close();
            assertThat(logged.written.line()).isEqualTo("- 0 no_endpoint");
            await().untilAsserted(() -> assertThat(relay.flags).isNotEmpty());
            assertThat(relay.written.lines()).isEmpty();
        }
    }

    @Test
    void anEndpointMayEndFirst() throws Exception {
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server));
                Socket client = relay.connect();
                Socket endpoint = server.accept()) {
            endpoint.getOutputStream().write(HELLO);
            endpoint.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(HELLO);
            client.getOutputStream().write(HELLO);
            assertThat(endpoint.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            client.shutdownOutput();
            assertThat(endpoint.getInputStream().read()).isNegative();
            await().untilAsserted(() -> assertThat(relay.inFlight()).isZero());
        }
    }

    @Test
    void aResetIsPassedOnAsAReset() throws Exception {
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server));
                Socket client = relay.connect();
                Socket endpoint = server.accept()) {
            client.getOutputStream().write(HELLO);
            assertThat(endpoint.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            reset(endpoint);
            InputStream in = client.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void bytesAreEncryptedTowardsEndpointsOfAPoolWithTls() throws Exception {
        Authority authority = new Authority("origin-ca");
        SSLContext context = authority.context(authority.issue("origin", "origin.example"));
        ClientTls tls =
                ClientTls.of(new UpstreamTls(authority.pem(), Optional.empty(), "origin.example", true), List.of());
        byte[] large = new byte[1 << 20];
        Arrays.fill(large, (byte) 'x');
        try (ServerSocket server =
                        context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RelayFixture relay = relay(address(server)).tls(tls);
                Socket client = relay.connect()) {
            client.getOutputStream().write(HELLO);
            try (Socket endpoint = server.accept()) {
                // The endpoint speaks first, at the very end of the handshake.
                endpoint.getOutputStream().write(HELLO);
                assertThat(endpoint.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
                endpoint.getOutputStream().write(large);
                client.shutdownOutput();
            }
            assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(large);
            await().untilAsserted(() -> assertThat(relay.inFlight()).isZero());
            assertThat(relay.flags).isEmpty();
        }
    }

    @Test
    void anEndpointWithAnotherNameGetsNoByteAndTheClientIsReset() throws Exception {
        Authority authority = new Authority("origin-ca");
        SSLContext context = authority.context(authority.issue("origin", "origin.example"));
        ClientTls tls =
                ClientTls.of(new UpstreamTls(authority.pem(), Optional.empty(), "other.example", true), List.of());
        try (ServerSocket server =
                        context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RelayFixture relay = relay(address(server)).tls(tls);
                Socket client = relay.connect()) {
            client.getOutputStream().write(HELLO);
            try (Socket endpoint = server.accept()) {
                assertThatThrownBy(() -> endpoint.getInputStream().read()).isInstanceOf(SSLException.class);
            }
            InputStream in = client.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
            assertThat(relay.flags).containsExactly(ResponseFlag.UPSTREAM_TLS_FAILED);
            assertThat(relay.inFlight()).isZero();
        }
    }

    @Test
    void aSlowReaderHoldsTheOtherSideBack() throws Exception {
        int large = 64 << 20;
        AtomicLong sent = new AtomicLong();
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server));
                Socket client = relay.connect();
                Socket endpoint = server.accept()) {
            Thread sender = Thread.ofPlatform().daemon().start(() -> {
                byte[] piece = new byte[1 << 16];
                try {
                    for (int i = 0; i < large / piece.length; i++) {
                        endpoint.getOutputStream().write(piece);
                        sent.addAndGet(piece.length);
                    }
                    endpoint.shutdownOutput();
                } catch (IOException e) {
                    sent.set(-1);
                }
            });
            // Until nothing moves any more: the kernel's buffers are full, and the relay holds what it may.
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(300, TimeUnit.MILLISECONDS).until(() -> before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).isLessThan(large / 2);
            long total = 0;
            byte[] into = new byte[1 << 20];
            for (int read = 0; read >= 0; read = client.getInputStream().read(into)) {
                total += read;
            }
            assertThat(total).isEqualTo(large);
            sender.join();
        }
    }

    @Test
    void moreThanItsShareAtOnceComesWhole() throws Exception {
        int large = 16 << 20;
        byte[] piece = new byte[1 << 16];
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server));
                Socket client = relay.connect();
                Socket endpoint = server.accept()) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < large; i += piece.length) {
                        Arrays.fill(piece, (byte) (i >> 16));
                        client.getOutputStream().write(piece);
                    }
                    client.shutdownOutput();
                } catch (IOException e) {
                    // The endpoint misses something then.
                }
            });
            byte[] all = endpoint.getInputStream().readAllBytes();
            assertThat(all).hasSize(large);
            for (int i = 0; i < large; i++) {
                if (all[i] != (byte) (i >> 16)) {
                    assertThat(i).as("the first wrong byte").isNegative();
                }
            }
        }
    }

    /** tcp(7): a read ends before urgent data, though more follows. */
    @Test
    void whatFollowsUrgentDataIsNotHeldBack() throws Exception {
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server));
                Socket client = relay.connect();
                Socket endpoint = server.accept()) {
            endpoint.setOOBInline(false);
            for (int i = 0; i < 20; i++) {
                client.getOutputStream().write(HELLO);
                client.sendUrgentData('!');
                client.getOutputStream().write(HELLO);
                assertThat(endpoint.getInputStream().readNBytes(2 * HELLO.length))
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("hellohello");
            }
        }
    }

    @Test
    void anEndpointIsConnectedToForAClientThatHasEndedAlready() throws Exception {
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server))) {
            Socket client = relay.connect();
            client.getOutputStream().write(HELLO);
            client.close();
            try (Socket endpoint = server.accept()) {
                assertThat(endpoint.getInputStream().readAllBytes()).isEqualTo(HELLO);
            }
            await().untilAsserted(() -> assertThat(relay.inFlight()).isZero());
        }
    }

    @Test
    void aListenerThatGoesClosesWhatIsLeftAfterItsDrain() throws Exception {
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server));
                Socket client = relay.connect();
                Socket endpoint = server.accept()) {
            relay.stop();
            client.getOutputStream().write(HELLO);
            assertThat(endpoint.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            assertThat(client.getInputStream().read()).isNegative();
            assertThat(endpoint.getInputStream().read()).isNegative();
            await().untilAsserted(() -> assertThat(relay.inFlight()).isZero());
        }
    }

    @Test
    void silenceEndsIt() throws Exception {
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(address(server)).idle(Duration.ofMillis(400));
                Socket client = relay.connect();
                Socket endpoint = server.accept()) {
            // Activity on either side keeps it.
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(1_200)) {
                client.getOutputStream().write(HELLO);
                assertThat(endpoint.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            }
            assertThat(relay.flags).isEmpty();
            assertThat(client.getInputStream().read()).isNegative();
            assertThat(relay.flags).containsExactly(ResponseFlag.IDLE_TIMEOUT);
            await().untilAsserted(() -> assertThat(relay.inFlight()).isZero());
        }
    }

    @Test
    void anEndpointThatRefusesIsPassedOver() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket closed = RelayFixture.server()) {
            nobody = address(closed);
        }
        try (ServerSocket server = RelayFixture.server();
                RelayFixture relay = relay(nobody, address(server));
                Socket client = relay.connect();
                Socket endpoint = server.accept()) {
            client.getOutputStream().write(HELLO);
            assertThat(endpoint.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            assertThat(relay.inFlight()).isEqualTo(1);
        }
        try (RelayFixture relay = relay(nobody);
                Socket client = relay.connect()) {
            InputStream in = client.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
            assertThat(relay.flags).containsExactly(ResponseFlag.CONNECT_FAILED);
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static InetSocketAddress address(ServerSocket server) {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }
}
