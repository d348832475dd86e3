package dev.steelyard.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Python;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.process.TestCertificates;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Mixed load for the time in the system property {@code steelyard.soak} (seconds), while routes, endpoints and certificates change twice a
 * second: no client sees an error, and memory, files and threads do not grow.
 */
@SuppressWarnings("SystemOut") // for whoever waits
class Soak {
    private static final String HOST = SoakPorts.HOST;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int EDITS_BETWEEN_SAMPLES = 60;

    /** How long the programs among the clients keep a connection, in seconds. */
    private static final String A_WHILE = "10";

    private final ServedFolder folder = ServedFolder.create("soak");
    private final TestCertificates certificates = new TestCertificates(SourceTree.newFolder("soak-certificates"));
    private final SoakPorts ports = SoakPorts.free();
    private final Tally tally = new Tally();

    @Test
    void nothingFailsAndNothingGrows() throws Exception {
        Duration time = Duration.ofSeconds(Long.getLong("steelyard.soak", 600));
        try (Servers servers = new Servers()) {
            Edits edits = new Edits(folder, ports, servers.web(), certificates);
            edits.begin(servers.manifests(ports));
            try (SteelyardProcess steelyard = SteelyardProcess.standalone(folder.path())
                    .environment("STEELYARD_JAVA_OPTS", "-Xmx256m -Dio.netty.leakDetection.level=simple")
                    .start()
                    .awaitOutput("ready ")) {
                run(steelyard, edits, time);
            }
        }
    }

    private void run(SteelyardProcess steelyard, Edits edits, Duration time) throws Exception {
        Sample first;
        Sample last;
        Map<String, Load> loads = loads();
        try (Crowd _ = crowd()) {
            long begin = System.nanoTime();
            edit(edits, time.dividedBy(5), steelyard);
            first = Sample.of(steelyard);
            System.out.println("soak: warm: " + first);
            edit(edits, time.minusNanos(System.nanoTime() - begin), steelyard);
            last = Sample.of(steelyard);
        } finally {
            loads.values().forEach(Load::close);
        }
        loads.forEach((kind, load) -> tally.add(kind, load.stop()));
        System.out.println("soak: end:  " + last + "\n" + tally);
        assertThat(tally.failures()).as("%s", tally).isZero();
        assertThat(tally.idle()).as("kinds of which nothing was done").isEmpty();
        assertThat(last.growthSince(first)).isEmpty();
        assertThat(steelyard.output()).doesNotContain("Exception", "OutOfMemory");
    }

    /** Small requests of HTTP/1.1, on connections that are kept and on new ones. */
    private Map<String, Load> loads() {
        Target plain = Target.http("127.0.0.1", ports.http(), HOST, "/").expectingOneOf("a", "b", "c", "d");
        Target secure = Target.http("127.0.0.1", ports.https(), HOST, "/")
                .over(certificates.trust())
                .expectingOneOf("a", "b", "c", "d");
        Target through = Target.http("127.0.0.1", ports.tls(), HOST, "/")
                .over(certificates.trust())
                .expectingOneOf("a", "b", "c", "d");
        Map<String, Load> loads = new LinkedHashMap<>();
        loads.put("HTTP", Load.on(plain).start());
        loads.put("HTTPS", Load.on(secure).keeping(2).fresh(1).start());
        loads.put("TLS passed on", Load.on(through).keeping(1).fresh(1).start());
        loads.put(
                "PHP",
                Load.on(plain.at("/hello.php").expectingOneOf("hello"))
                        .keeping(2)
                        .fresh(0)
                        .start());
        return loads;
    }

    private Crowd crowd() {
        WebServer web = new WebServer(HOST, ports.http());
        return new Crowd(tally)
                .with(2, "download", new Downloads(web, 0, 0))
                .with(2, "slow reader", new Downloads(web, 16_384, 2))
                .with(2, "upload", new Uploads(web))
                .with(2, "abort", new Aborts(web))
                .with(4, "tunnel", new Tunnels(web, "/tunnel"))
                .with(4, "TCP", new Conversations(ports.tcp()))
                .with(2, "UDP", new Datagrams(ports.udp()))
                .with(1, "HTTP/2", new H2load("http://" + HOST + "/", ports.http()))
                .with(1, "HTTP/2 over TLS", new H2load("https://" + HOST + "/", ports.https()))
                .with(1, "HTTP/3", python("clients/http3_load.py", ports.https(), HOST))
                .with(1, "WebSocket", python("clients/websocket_load.py", ports.http(), "ws://" + HOST + "/chat"))
                .with(
                        1,
                        "WebSocket, TLS",
                        python("clients/websocket_load.py", ports.https(), "wss://" + HOST + "/chat"))
                .with(1, "gRPC", python("clients/grpc_load.py", ports.https(), HOST));
    }

    private Program python(String file, int port, String asked) {
        String authority = certificates.authority().toString();
        return new Program(Python.command(file, "127.0.0.1", Integer.toString(port), asked, authority, A_WHILE));
    }

    /** Edits until the time is over. */
    private void edit(Edits edits, Duration time, SteelyardProcess steelyard) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Thread.sleep(PAUSE);
            if (edits.next() % EDITS_BETWEEN_SAMPLES == 0) {
                System.out.println("soak: then: " + Sample.of(steelyard) + "\n" + tally);
            }
        }
    }
}
