package dev.steelyard.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** dig, asking two dnsmasq through a pool of UDP and, for what is too long for a datagram, one of TCP. */
class NameServersIT {
    private static final int PORT = Ports.free();
    private static final String LONG = "t".repeat(250);
    private static final List<ServerProcess> SERVERS = new ArrayList<>();
    private static SteelyardProcess steelyard;

    @BeforeAll
    static void start() {
        int one = dnsmasq("one", "203.0.113.1");
        int two = dnsmasq("two", "203.0.113.2");
        ServedFolder folder = ServedFolder.create("name-servers");
        folder.write("all.yaml", """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: dns}
                spec: {protocol: UDP, members: [{address: 127.0.0.1, port: %1$d}, {address: 127.0.0.1, port: %2$d}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: dns-tcp}
                spec: {protocol: TCP, members: [{address: 127.0.0.1, port: %1$d}, {address: 127.0.0.1, port: %2$d}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: dns}
                spec: {listeners: [{name: dns, port: %3$d, protocol: UDP}], pool: dns}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: dns-tcp}
                spec: {listeners: [{name: dns, port: %3$d, protocol: TCP}], pool: dns-tcp}
                """.formatted(one, two, PORT));
        steelyard = SteelyardProcess.standalone(folder.path()).start().awaitOutput("ready ");
    }

    private static int dnsmasq(String name, String answer) {
        int port = Ports.free();
        Path log = SourceTree.newFolder("dnsmasq-" + name).resolve("log");
        ServerProcess server = ServerProcess.start(
                "dnsmasq " + name,
                log,
                Map.of("PATH", System.getenv("PATH") + ":/usr/sbin"),
                List.of(
                        "sh",
                        "-c",
                        "PATH=$PATH:/usr/sbin exec dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts"
                                + " --user= --pid-file= --listen-address=127.0.0.1 --bind-interfaces --edns-packet-max=4096"
                                + " --port=" + port + " --address=/www.example.org/" + answer
                                + " --host-record=mail.example.org,2001:db8::25"
                                + " --txt-record=long.example.org,"
                                + String.join(",", LONG, LONG, LONG, LONG, LONG, LONG)));
        server.await("listening", Duration.ofSeconds(10), () -> Ports.answers("127.0.0.1", port));
        SERVERS.add(server);
        return port;
    }

    @AfterAll
    static void stop() {
        try {
            steelyard.showLeaks();
        } finally {
            steelyard.close();
            SERVERS.forEach(ServerProcess::close);
        }
    }

    private static String dig(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("dig", "@127.0.0.1", "-p", Integer.toString(PORT), "+tries=1", "+time=10", "+short"));
        command.addAll(List.of(arguments));
        return Commands.run(command.toArray(String[]::new)).requireSuccess().strip();
    }

    @Test
    void clientsAreDealtOutToBothServers() {
        TreeSet<String> answers = new TreeSet<>();
        for (int i = 0; i < 12; i++) {
            answers.add(dig("www.example.org"));
        }
        assertThat(answers).containsExactly("203.0.113.1", "203.0.113.2");
    }

    @Test
    void otherTypesAndNamesThatAreNot() {
        assertThat(dig("mail.example.org", "AAAA")).isEqualTo("2001:db8::25");
        assertThat(dig("+noshort", "+comments", "none.invalid")).contains("status: REFUSED");
    }

    /** Of more than 1,472 octets, which the network delivers in fragments or, on loopback, whole. */
    @Test
    void aLongAnswerComesInOneDatagramIfTheClientTakesIt() {
        assertThat(dig("+bufsize=4096", "long.example.org", "TXT").replaceAll("[\" ]", ""))
                .hasSize(6 * LONG.length());
    }

    @Test
    void anAnswerThatIsCutIsAskedForByTcp() {
        assertThat(dig("+noedns", "+ignore", "+noshort", "+comments", "long.example.org", "TXT"))
                .containsPattern("flags: [a-z ]*\\btc\\b");
        assertThat(dig("+noedns", "long.example.org", "TXT").replaceAll("[\" ]", ""))
                .hasSize(6 * LONG.length());
    }
}
