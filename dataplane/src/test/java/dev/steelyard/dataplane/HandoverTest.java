package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.testing.FreePort;
import dev.steelyard.testing.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One dataplane after another on one machine; both are in this process, which makes no difference to the kernel. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HandoverTest {

    private static final String LOCAL = "127.0.0.1";

    @TempDir
    private Path state;

    private final int port = FreePort.next();
    private final UdpBackend backend = new UdpBackend("one");
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicInteger forsaken = new AtomicInteger();
    private Dataplane first;

    @BeforeEach
    void begin() throws IOException {
        first = start(1);
        first.onSuccession(new Dataplane.Succession() {
            @Override
            public void succeeded() {
                succeeded.incrementAndGet();
            }

            @Override
            public void forsaken() {
                forsaken.incrementAndGet();
            }
        });
    }

    @AfterEach
    void end() {
        first.close();
        backend.close();
    }

    @Test
    void udpSessionsStayWithTheProcessThatBeganThemAndNewOnesGoToTheNext() throws IOException {
        List<UdpClient> old = clients(20);
        List<UdpClient> fresh = new ArrayList<>();
        try {
            askAll(old);
            Set<Integer> before = Set.copyOf(backend.ports());
            assertThat(before).hasSize(20);
            try (Dataplane next = start(3)) {
                await().until(() -> succeeded.get() == 1);
                for (int i = 0; i < 5; i++) {
                    askAll(old);
                }
                assertThat(backend.ports()).as("sessions go on").isEqualTo(before);
                fresh.addAll(clients(20));
                askAll(fresh);
                assertThat(backend.ports()).hasSize(40);
                Set<Integer> all = Set.copyOf(backend.ports());
                first.drain(Duration.ZERO).join();
                first.close();
                askAll(fresh);
                assertThat(backend.ports()).as("they were the next process'").isEqualTo(all);
                assertThat(next.ready()).isTrue();
            }
        } finally {
            old.forEach(UdpClient::close);
            fresh.forEach(UdpClient::close);
        }
    }

    @Test
    void whenTheNextProcessDiesTheFirstServesAgain() throws IOException {
        for (int i = 1; i <= 3; i++) {
            int round = i;
            try (Dataplane _ = start(2)) {
                await().until(() -> succeeded.get() == round);
                assertThat(first.ready()).isFalse();
            }
            await().until(() -> forsaken.get() == round && first.ready());
            List<UdpClient> clients = clients(5);
            try {
                askAll(clients);
            } finally {
                clients.forEach(UdpClient::close);
            }
        }
    }

    @Test
    void drainedBeforeTheNextProcessServesItShutsNobodyOut(@TempDir Path folder) throws IOException {
        try (HttpBackend one = new HttpBackend("one")) {
            int http = FreePort.next();
            SnapshotSet web = SnapshotSets.of(
                    1, VirtualServices.named("web").http(http).route("/", "p").pool("p", one.address()));
            ManualSource source = new ManualSource();
            ManualSource late = new ManualSource();
            try (Dataplane before = Dataplane.start(options(1).withState(folder), source, ManualSource.noServices())) {
                source.deliver(web);
                before.serving().join();
                try (Dataplane next = Dataplane.start(options(1).withState(folder), late, ManualSource.noServices())) {
                    CompletableFuture<?> drained = before.drain(Duration.ofSeconds(1));
                    late.deliver(web);
                    next.serving().join();
                    drained.join();
                    for (int i = 0; i < 20; i++) {
                        try (HttpConnection client = HttpConnection.to(LOCAL, http)) {
                            assertThat(client.get("any", "/").body()).isEqualTo("one");
                        }
                    }
                }
            }
        }
    }

    @Test
    void theFolderIsClosedToOthersAndItsNameNotTooLong() throws IOException {
        assertThat(Files.getPosixFilePermissions(state)).hasSize(3);
        Path deep = state.resolve("x".repeat(100));
        assertThatThrownBy(() ->
                        Dataplane.start(options(1).withState(deep), new ManualSource(), ManualSource.noServices()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the name of the state folder is too long");
    }

    private Dataplane start(int threads) throws IOException {
        ManualSource source = new ManualSource();
        Dataplane dataplane = Dataplane.start(options(threads).withState(state), source, ManualSource.noServices());
        source.deliver(SnapshotSets.of(
                1,
                VirtualServices.named("dns")
                        .udp(port, "p")
                        .speaking(PoolProtocol.UDP)
                        .pool("p", backend.address())));
        dataplane.serving().join();
        assertThat(dataplane.report().listenerFailures()).isEmpty();
        return dataplane;
    }

    private static DataplaneOptions options(int threads) {
        return DataplaneOptions.standard("test").withThreads(threads).withLocalAddresses();
    }

    private List<UdpClient> clients(int count) throws IOException {
        List<UdpClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(new UdpClient(LOCAL, LOCAL, port));
        }
        return clients;
    }

    private static void askAll(List<UdpClient> clients) throws IOException {
        for (UdpClient client : clients) {
            assertThat(client.ask("hello")).isEqualTo("one hello");
        }
    }
}
