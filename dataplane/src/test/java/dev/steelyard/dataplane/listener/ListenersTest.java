package dev.steelyard.dataplane.listener;

import static dev.steelyard.dataplane.listener.ListenerScene.http;
import static dev.steelyard.dataplane.listener.ListenerScene.limits;
import static dev.steelyard.dataplane.listener.ListenerScene.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import dev.steelyard.testing.FreePort;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ListenersTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final ListenerKey ANY = new ListenerKey("", 0);
    private static final ListenerKey LOCAL = new ListenerKey("127.0.0.1", 0);

    /** Those that this machine has. */
    static Stream<Transport> transports() {
        return Stream.of(Transport.values()).filter(transport -> switch (transport) {
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
            case NIO -> true;
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void allAddressesAreThoseOfBothFamilies(Transport transport) throws IOException {
        try (ListenerScene scene = new ListenerScene(transport, 2, LONG)) {
            scene.apply(Map.of(ANY, http("web")));
            int port = scene.port(ANY);
            for (String address : List.of("127.0.0.1", "127.0.0.9", "::1")) {
                try (LineClient client = new LineClient(address, port)) {
                    assertThat(client.line()).isEqualTo("http web");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void oneAddressGoesBeforeAllAddressesOnTheSamePort(Transport transport) throws IOException {
        int port = FreePort.next();
        ListenerKey all = new ListenerKey("", port);
        ListenerKey one = new ListenerKey("127.0.0.1", port);
        try (ListenerScene scene = new ListenerScene(transport, 2, LONG)) {
            scene.apply(Map.of(all, http("all")));
            try (LineClient early = new LineClient("127.0.0.1", port)) {
                assertThat(early.line()).isEqualTo("http all");
                scene.apply(Map.of(all, http("all"), one, http("one")));
                assertThat(scene.failures()).isEmpty();
                try (LineClient client = new LineClient("127.0.0.1", port);
                        LineClient other = new LineClient("127.0.0.2", port)) {
                    assertThat(client.line()).isEqualTo("http one");
                    assertThat(other.line()).isEqualTo("http all");
                }
                early.say("still here");
                assertThat(early.line()).isEqualTo("still here");
            }
            scene.apply(Map.of(one, http("one")));
            try (LineClient client = new LineClient("127.0.0.1", port)) {
                assertThat(client.line()).isEqualTo("http one");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aPlanIsSwappedUnderOpenConnections(Transport transport) throws IOException {
        try (ListenerScene scene = new ListenerScene(transport, 2, LONG)) {
            scene.apply(Map.of(LOCAL, http("before")));
            int port = scene.port(LOCAL);
            try (LineClient client = new LineClient("127.0.0.1", port)) {
                assertThat(client.line()).isEqualTo("http before");
                scene.apply(Map.of(LOCAL, http("after")));
                client.say("untouched");
                assertThat(client.line()).isEqualTo("untouched");
                try (LineClient next = new LineClient("127.0.0.1", port)) {
                    assertThat(next.line()).isEqualTo("http after");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aPortThatChangesItsProtocolStaysOpenWhileOldConnectionsDrain(Transport transport) throws IOException {
        try (ListenerScene scene = new ListenerScene(transport, 2, Duration.ofMillis(500))) {
            scene.apply(Map.of(LOCAL, http("web")));
            int port = scene.port(LOCAL);
            try (LineClient old = new LineClient("127.0.0.1", port)) {
                assertThat(old.line()).isEqualTo("http web");
                scene.apply(Map.of(LOCAL, tcp("relay")));
                assertThat(scene.port(LOCAL)).isEqualTo(port);
                try (LineClient client = new LineClient("127.0.0.1", port)) {
                    assertThat(client.line()).isEqualTo("tcp relay");
                    assertThat(old.line()).isEqualTo("draining");
                    // The deadline of the drain closes the old one, and no other.
                    assertThat(old.line()).isNull();
                    client.say("open");
                    assertThat(client.line()).isEqualTo("open");
                }
            }
            await().until(() -> scene.changes.get() == 1);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whoComesWhenAllConnectionsAreTakenWaits(Transport transport) throws IOException {
        try (ListenerScene scene = new ListenerScene(transport, 2, LONG)) {
            scene.apply(Map.of(LOCAL, http("web", limits(1, Duration.ZERO), null)));
            int port = scene.port(LOCAL);
            List<LineClient> waiting = new ArrayList<>();
            try (LineClient first = new LineClient("127.0.0.1", port)) {
                assertThat(first.line()).isEqualTo("http web");
                // io_uring and NIO may have accepted a few ahead; in the end one has to wait.
                LineClient last;
                do {
                    last = new LineClient("127.0.0.1", port);
                    waiting.add(last);
                    last.patience(300);
                } while (greeted(last));
            }
            LineClient last = waiting.removeLast();
            last.patience(10_000);
            for (LineClient client : waiting) {
                client.close();
            }
            assertThat(last.line()).isEqualTo("http web");
            last.close();
        }
    }

    private static boolean greeted(LineClient client) throws IOException {
        try {
            return client.line() != null;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whoWaitsToBeAcceptedWhenAListenerGoesIsServed(Transport transport) throws Exception {
        try (ListenerScene scene = new ListenerScene(transport, 1, LONG)) {
            scene.apply(Map.of(LOCAL, http("web")));
            int port = scene.port(LOCAL);
            CountDownLatch busy = new CountDownLatch(1);
            scene.loops.get(0).execute(() -> awaitQuietly(busy));
            List<LineClient> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(new LineClient("127.0.0.1", port));
            }
            scene.apply(Map.of());
            busy.countDown();
            for (LineClient client : clients) {
                assertThat(client.line()).isEqualTo("http web");
                client.close();
            }
            await().untilAsserted(() -> assertThatThrownBy(() -> new LineClient("127.0.0.1", port).close())
                    .isInstanceOf(ConnectException.class));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aListenerThatComesBackWhileItsSocketStopsKeepsThatSocket(Transport transport) throws IOException {
        try (ListenerScene scene = new ListenerScene(transport, 2, LONG)) {
            scene.apply(Map.of(LOCAL, http("before")));
            int port = scene.port(LOCAL);
            try (LineClient old = new LineClient("127.0.0.1", port)) {
                assertThat(old.line()).isEqualTo("http before");
                scene.apply(Map.of());
                scene.apply(Map.of(LOCAL, http("after")));
                assertThat(scene.port(LOCAL)).isEqualTo(port);
                assertThat(old.line()).isEqualTo("draining");
                try (LineClient client = new LineClient("127.0.0.1", port)) {
                    assertThat(client.line()).isEqualTo("http after");
                }
                await().during(Duration.ofMillis(200))
                        .until(() -> scene.failures().isEmpty());
                try (LineClient client = new LineClient("127.0.0.1", port)) {
                    assertThat(client.line()).isEqualTo("http after");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anAddressThatTheNodeHasNotFailsAlone(Transport transport) throws IOException {
        ListenerKey foreign = new ListenerKey("192.0.2.1", 8080);
        try (ListenerScene scene = new ListenerScene(transport, 2, LONG)) {
            scene.apply(Map.of(foreign, http("foreign"), LOCAL, http("web")));
            assertThat(scene.failures())
                    .containsExactly(Map.entry(
                            foreign, "cannot listen on 192.0.2.1:8080: this node does not have that address"));
            try (LineClient client = new LineClient("127.0.0.1", scene.port(LOCAL))) {
                assertThat(client.line()).isEqualTo("http web");
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
