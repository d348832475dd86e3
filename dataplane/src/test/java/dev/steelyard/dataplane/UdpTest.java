package dev.steelyard.dataplane;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Route.Timeouts;
import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams through the whole, over real sockets. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class UdpTest {

    private static final String LOCAL = "127.0.0.1";

    private final ManualSource source = new ManualSource();
    private final UdpBackend one = new UdpBackend("one");
    private final UdpBackend two = new UdpBackend("two");
    private Dataplane dataplane;
    private long revision;

    @BeforeEach
    void start() throws IOException {
        dataplane = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(2).withLocalAddresses(),
                source,
                ManualSource.noServices());
    }

    @AfterEach
    void stop() {
        dataplane.close();
        one.close();
        two.close();
    }

    @Test
    void aClientStaysWithItsEndpointAndClientsAreSpread() throws IOException {
        apply(service().pool("p", one.address(), two.address()));
        Set<String> endpoints = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            try (UdpClient client = client(LOCAL)) {
                String first = client.ask("hello");
                endpoints.add(first);
                for (int j = 0; j < 5; j++) {
                    assertThat(client.ask("hello")).isEqualTo(first);
                }
            }
        }
        assertThat(endpoints).containsExactlyInAnyOrder("one hello", "two hello");
    }

    @Test
    void datagramsOfAnySizePassWhole() throws IOException {
        apply(service().pool("p", one.address()));
        try (UdpClient client = client(LOCAL)) {
            for (int size : new int[] {1, 1_500, 9_000, 60_000}) {
                assertThat(client.ask("x".repeat(size))).isEqualTo("one " + "x".repeat(size));
            }
        }
    }

    @Test
    void repliesComeFromTheAddressThatTheClientSentTo() throws IOException {
        int port = FreePort.next();
        apply(VirtualServices.named("dns")
                .on()
                .udp(port, "p")
                .speaking(PoolProtocol.UDP)
                .pool("p", one.address()));
        for (String to : List.of("127.0.0.9", "127.0.0.1", "127.0.0.23")) {
            try (UdpClient client = new UdpClient(LOCAL, to, port)) {
                for (int i = 0; i < 5; i++) {
                    assertThat(client.ask("hello")).as(to).isEqualTo("one hello");
                }
            }
        }
        assertThat(one.ports()).as("sessions").hasSize(3);
    }

    @Test
    void editsLoseNoSession() throws IOException {
        apply(service().pool("p", one.address()));
        List<UdpClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                clients.add(client(LOCAL));
            }
            for (int edit = 2; edit < 30; edit++) {
                VirtualServices changed = service().generation(edit);
                apply(
                        edit % 2 == 0
                                ? changed.pool("p", one.address(), two.address())
                                : changed.pool("p", one.address()));
                for (UdpClient client : clients) {
                    if (edit == 2) {
                        client.ask("hello");
                    }
                }
            }
            Set<Integer> sessions = Set.copyOf(one.ports());
            for (UdpClient client : clients) {
                assertThat(client.ask("hello")).isEqualTo("one hello");
            }
            // Those of "one" are the same as ever; those of "two", which has left, have moved.
            assertThat(one.ports()).containsAll(sessions).hasSize(20);
        } finally {
            clients.forEach(UdpClient::close);
        }
    }

    @Test
    void anEndpointThatLeavesGetsNoFurtherDatagram() throws IOException {
        apply(service().pool("p", one.address()));
        try (UdpClient client = client(LOCAL)) {
            assertThat(client.ask("hello")).isEqualTo("one hello");
            apply(service().generation(2).pool("p", two.address()));
            assertThat(client.ask("hello")).isEqualTo("two hello");
        }
    }

    @Test
    void anEndpointThatRefusesIsLeftForAnother() throws IOException {
        InetSocketAddress nobody;
        try (DatagramSocket closed = new DatagramSocket(0, InetAddress.ofLiteral(LOCAL))) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        apply(service().pool("p", nobody, one.address()));
        for (int i = 0; i < 4; i++) {
            try (UdpClient client = client(LOCAL)) {
                // The first datagram may be lost: that is how it is learnt.
                await().until(() -> "one hello".equals(client.ask("hello", 200)));
                assertThat(client.ask("hello")).isEqualTo("one hello");
            }
        }
        assertThat(metrics()).contains("flag=\"connect_failed\"");
    }

    @Test
    void silenceEndsASession() throws IOException {
        apply(service(ListenerLimits.DEFAULT, Duration.ofMillis(300)).pool("p", one.address()));
        try (UdpClient client = client(LOCAL)) {
            client.ask("hello");
            assertThat(metrics()).contains(active(1));
            await().untilAsserted(() -> assertThat(metrics()).contains(active(0)));
            client.ask("hello");
            assertThat(one.ports()).hasSize(2);
        }
    }

    @Test
    void sessionsAreBoundedInAllAndByClient() throws IOException {
        ListenerLimits limits = new ListenerLimits(32, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1024, 0);
        apply(service(limits, Duration.ofMinutes(1)).pool("p", one.address()));
        List<UdpClient> clients = new ArrayList<>();
        try {
            int served = 0;
            for (int i = 0; i < 20; i++) {
                UdpClient client = client(LOCAL);
                clients.add(client);
                served += client.ask("hello", 50) == null ? 0 : 1;
            }
            // A quarter of them, on two loops that the kernel chooses from.
            assertThat(served).isBetween(4, 8);
            assertThat(metrics()).contains("reason=\"too_many_sessions_of_client\"");
            for (int i = 0; i < 60; i++) {
                UdpClient client = client("127.0.0." + (i + 2));
                clients.add(client);
                served += client.ask("hello", 20) == null ? 0 : 1;
            }
            assertThat(served).isEqualTo(32);
            assertThat(metrics()).contains("reason=\"too_many_sessions\"", active(32));
        } finally {
            clients.forEach(UdpClient::close);
        }
    }

    @Test
    void aRemovedListenerServesItsSessionsAndNoOther() throws IOException {
        int port = FreePort.next();
        VirtualServices listening = VirtualServices.named("dns")
                .udp(port, "p")
                .speaking(PoolProtocol.UDP)
                .pool("p", one.address());
        apply(listening);
        try (UdpClient known = new UdpClient(LOCAL, LOCAL, port);
                UdpClient late = new UdpClient(LOCAL, LOCAL, port)) {
            known.ask("hello");
            apply();
            assertThat(known.ask("hello")).isEqualTo("one hello");
            assertThat(late.ask("hello", 100)).isNull();
            try (DatagramSocket next = new DatagramSocket(null)) {
                // The port is free for whoever shares it, such as the next process on this node.
                next.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                await().ignoreExceptions()
                        .untilAsserted(() -> next.bind(new InetSocketAddress(InetAddress.ofLiteral(LOCAL), port)));
                assertThat(known.ask("hello")).isEqualTo("one hello");
                assertThat(late.ask("hello", 100)).isNull();
                next.setSoTimeout(10_000);
                next.receive(new DatagramPacket(new byte[100], 100));
            }
            apply(listening);
            assertThat(known.ask("hello")).isEqualTo("one hello");
            assertThat(late.ask("hello")).isEqualTo("one hello");
            assertThat(one.ports()).as("sessions").hasSize(2);
        }
    }

    /** Two processes in turn: the second binds while the first still has sessions. */
    @Test
    void theNextProcessTakesNewSessionsAndTheFirstServesItsOwn(@TempDir Path state) throws Exception {
        int port = FreePort.next();
        VirtualServices listening = VirtualServices.named("dns")
                .on()
                .udp(port, "p")
                .speaking(PoolProtocol.UDP)
                .pool("p", one.address());
        VirtualServices changed = VirtualServices.named("dns")
                .on()
                .udp(port, "p")
                .speaking(PoolProtocol.UDP)
                .generation(2)
                .pool("p", two.address());
        ManualSource firstSource = new ManualSource();
        ManualSource nextSource = new ManualSource();
        DataplaneOptions options = DataplaneOptions.standard("test")
                .withThreads(2)
                .withLocalAddresses()
                .withState(state);
        try (Dataplane first = Dataplane.start(options, firstSource, ManualSource.noServices());
                UdpClient known = new UdpClient(LOCAL, "127.0.0.9", port)) {
            firstSource.deliver(SnapshotSets.of(1, listening));
            await().until(() -> first.report().appliedRevision() == 1);
            assertThat(known.ask("hello")).isEqualTo("one hello");
            try (Dataplane next = Dataplane.start(options, nextSource, ManualSource.noServices())) {
                nextSource.deliver(SnapshotSets.of(1, changed));
                await().until(() -> {
                    try (UdpClient late = new UdpClient(LOCAL, "127.0.0.9", port)) {
                        return "two hello".equals(late.ask("hello", 200));
                    }
                });
                try (UdpClient late = new UdpClient(LOCAL, "127.0.0.9", port)) {
                    for (int i = 0; i < 20; i++) {
                        assertThat(known.ask("hello")).isEqualTo("one hello");
                        assertThat(late.ask("hello")).isEqualTo("two hello");
                    }
                }
                assertThat(next.report().listenerFailures()).isEmpty();
            }
        }
    }

    @Test
    void aPortOfAnotherProgramIsReported() throws IOException {
        try (DatagramSocket other = new DatagramSocket(0, InetAddress.ofLiteral(LOCAL))) {
            int port = other.getLocalPort();
            apply(VirtualServices.named("dns")
                    .udp(port, "p")
                    .speaking(PoolProtocol.UDP)
                    .pool("p", one.address()));
            assertThat(dataplane.report().listenerFailures())
                    .containsExactly(new ListenerFailure(
                            new ObjectKey("shop", "dns"),
                            "udp-" + port,
                            "cannot listen on 127.0.0.1:" + port
                                    + "/udp: another program on this node does; stop it, or choose another port"));
        }
    }

    private static VirtualServices service() {
        return service(ListenerLimits.DEFAULT, Duration.ofMinutes(1));
    }

    private static VirtualServices service(ListenerLimits limits, Duration idle) {
        return VirtualServices.named("dns")
                .limits(limits)
                .timeouts(new Timeouts(Duration.ZERO, idle))
                .udp(0, "p")
                .speaking(PoolProtocol.UDP);
    }

    private UdpClient client(String from) throws IOException {
        return new UdpClient(from, LOCAL, requireNonNull(dataplane.ports().get(new ListenerKey(LOCAL, 0, true))));
    }

    private String metrics() {
        return dataplane.meters().scrape("text/plain");
    }

    private static String active(int sessions) {
        return "steelyard_connections_active{listener=\"127.0.0.1:0/udp\"} " + sessions + ".0\n";
    }

    private void apply(VirtualServices... services) {
        long next = ++revision;
        source.deliver(SnapshotSets.of(next, services));
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> dataplane.report().appliedRevision() == next);
        assertThat(dataplane.report().rejected()).isEmpty();
    }
}
