package dev.steelyard.e2e.strict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Attacks by slowness, size and number on a Steelyard that has little memory: the rest of the traffic is served, on the port that is
 * attacked and on others, and its memory suffices. (It would end at once if its heap did not, and say so if its buffers did not.)
 */
class AttackIT {
    private static final String HOST = "a.example.com";
    private static final long MIB = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String GET = "GET / HTTP/1.1\r\nHost: " + HOST + "\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: " + HOST + "\r\n";

    private static final int ATTACKED = Ports.free();
    private static final int NARROW = Ports.free();
    private static final int OTHER = Ports.free();

    private static EchoServer backend;
    private static ServerSocket deaf;
    private static SteelyardProcess steelyard;

    @BeforeAll
    static void start() throws IOException {
        backend = EchoServer.start("a", "127.0.0.1");
        // Its kernel accepts connections; nobody reads from them.
        deaf = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Path folder = SourceTree.newFolder("attacks");
        Files.writeString(
                folder.resolve("services.yaml"),
                service("attacked", ATTACKED, 0) + service("narrow", NARROW, 40) + service("other", OTHER, 0));
        steelyard = SteelyardProcess.standalone(folder)
                .environment(
                        "STEELYARD_JAVA_OPTS",
                        "-Xmx96m -XX:MaxDirectMemorySize=64m -Dio.netty.leakDetection.level=advanced")
                .start()
                .awaitOutput("ready ");
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            assertThat(steelyard.isAlive()).isTrue();
            assertThat(steelyard.output()).doesNotContain("OutOfMemory", "OutOfDirectMemory", "Exception");
            steelyard.showLeaks();
        } finally {
            steelyard.close();
            backend.close();
            deaf.close();
        }
    }

    private static String service(String name, int port, int maxConnections) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: %1$s}
                spec: {members: [{address: 127.0.0.1, port: %4$d}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: %1$s-deaf}
                spec: {members: [{address: 127.0.0.1, port: %5$d}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Policy
                metadata: {name: %1$s}
                spec: {timeouts: {request: 2s, idle: 2s}}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: %1$s}
                spec:
                  listeners:
                  - {name: web, port: %2$d, protocol: HTTP, limits: {maxConnections: %3$d, headerTimeout: 1s, keepAliveTimeout: 10s}}
                  routes:
                  - {name: deaf, match: [{path: {type: Prefix, value: /deaf}}], pools: [{name: %1$s-deaf}]}
                  pool: %1$s
                  policies: [%1$s]
                ---
                """.formatted(name, port, maxConnections, backend.port(), deaf.getLocalPort());
    }

    private static Target target(int port) {
        return Target.http("127.0.0.1", port, HOST, "/").expectingOneOf("a");
    }

    /** Others are served on both ports while an attack goes on, until its connections have been ended. */
    private static void othersAreServedDuring(Attack attack) throws Exception {
        try (Load same = Load.on(target(ATTACKED)).start();
                Load other = Load.on(target(OTHER)).start()) {
            attack.run();
            await().until(() -> same.answered() > 50 && other.answered() > 50);
            assertThat(bufferMemory()).isLessThan(64 * MIB);
            served(same.stop());
            served(other.stop());
        }
    }

    @FunctionalInterface
    private interface Attack {
        void run() throws Exception;
    }

    private static void served(LoadReport report) {
        report.requireNoFailures(50);
        assertThat(report.latency(1)).as("%s", report).isLessThan(Duration.ofSeconds(5));
    }

    private static double bufferMemory() {
        return steelyard
                .admin("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("steelyard_buffer_memory_bytes "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void headsThatDrip() throws Exception {
        othersAreServedDuring(() -> {
            try (Attackers attackers = Attackers.dripping(200, ATTACKED, GET, "X: y\r\n", 100)) {
                attackers.awaitEnd();
            }
        });
    }

    @Test
    void bodiesThatDrip() throws Exception {
        othersAreServedDuring(() -> {
            try (Attackers attackers =
                    Attackers.dripping(200, ATTACKED, POST + "Content-Length: 100000\r\n\r\n", "x", 100)) {
                attackers.awaitEnd();
            }
        });
    }

    @Test
    void chunksThatDrip() throws Exception {
        othersAreServedDuring(() -> {
            try (Attackers attackers =
                    Attackers.dripping(200, ATTACKED, POST + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 100)) {
                attackers.awaitEnd();
            }
        });
    }

    @Test
    void headsWithoutEnd() throws Exception {
        othersAreServedDuring(() -> {
            try (Attackers fields = Attackers.flooding(100, ATTACKED, GET, "X: y\r\n".repeat(10_000), 20);
                    Attackers value = Attackers.flooding(100, ATTACKED, GET + "X: ", "y".repeat(60_000), 20);
                    Attackers path = Attackers.flooding(100, ATTACKED, "GET /", "y".repeat(60_000), 20)) {
                fields.awaitEnd();
                value.awaitEnd();
                path.awaitEnd();
            }
        });
    }

    @Test
    void bodiesThatNobodyTakes() throws Exception {
        othersAreServedDuring(() -> {
            String post = POST.replace(" / ", " /deaf ") + "Transfer-Encoding: chunked\r\n\r\n";
            try (Attackers attackers =
                    Attackers.flooding(50, ATTACKED, post, "10000\r\n" + "x".repeat(65_536) + "\r\n", 500)) {
                attackers.awaitEnd();
            }
        });
    }

    @Test
    void answersThatNobodyReads() throws Exception {
        othersAreServedDuring(() -> {
            double before = cutOff();
            String get = "GET /bytes/8000000 HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
            try (Attackers attackers = Attackers.notReading(30, ATTACKED, get)) {
                assertThat(attackers.connected()).isEqualTo(30);
                await().atMost(LIMIT).until(() -> cutOff() - before >= 30);
                assertThat(flagged("idle_timeout")).isPositive();
            }
        });
    }

    /** Those, too, whose answer a busy machine's backend has not begun in time. */
    private static double cutOff() {
        return flagged("idle_timeout") + flagged("request_timeout");
    }

    private static double flagged(String flag) {
        return steelyard
                .admin("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("steelyard_requests_flagged_total{") && line.contains('"' + flag + '"'))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Connections beyond the limit wait; who is connected is served, and who waits is once the attackers' time is over. */
    @Test
    void moreConnectionsThanTheListenerTakes() throws Exception {
        try (Load connected = Load.on(target(NARROW)).fresh(0).start();
                Load other = Load.on(target(OTHER)).start()) {
            await().until(() -> connected.answered() > 50);
            try (Attackers attackers = Attackers.silent(80, NARROW)) {
                assertThat(Node.get(target(NARROW)).status()).isEqualTo(200);
                attackers.awaitEnd();
            }
            served(connected.stop());
            served(other.stop());
        }
    }
}
