package dev.steelyard.e2e.strict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.program.SteelyardProcess;
import dev.steelyard.testing.WireCase;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tables of malformed and ambiguous requests, sent to a Steelyard in front of real servers, all over the same few connections to them:
 * no server sees a request that Steelyard did not, and no client gets the answer to another request than its own.
 */
@Execution(ExecutionMode.SAME_THREAD)
class SmugglingIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static Path folder;
    private static SteelyardProcess steelyard;

    @BeforeAll
    static void start() throws IOException {
        folder = SourceTree.newFolder("smuggling");
        Files.writeString(folder.resolve("service.yaml"), service("first", Ports.free(), Ports.free()));
        steelyard = SteelyardProcess.standalone(folder)
                .arguments("--threads", "1")
                .start()
                .awaitOutput("ready ");
    }

    @AfterAll
    static void stop() {
        steelyard.close();
    }

    private static String service(String name, int port, int backend) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: %1$s}
                spec: {members: [{address: 127.0.0.1, port: %3$d}], connections: {maxIdle: 2}}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: %1$s}
                spec:
                  listeners: [{name: web, port: %2$d, protocol: HTTP}]
                  pool: %1$s
                ---
                """.formatted(name, port, backend);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "apache", "node", "go", "python", "gunicorn", "uvicorn"})
    void noServerSeesWhatSteelyardDidNot(String name) throws Exception {
        int port = Ports.free();
        try (SeeingServer server = SeeingServer.start(name)) {
            Files.writeString(folder.resolve(name + ".yaml"), service(name, port, server.port()));
            await().atMost(LIMIT).until(() -> Ports.answers("127.0.0.1", port));
            List<String> due = new ArrayList<>();
            List<String> allowed = new ArrayList<>();
            for (WireCase row : WireCase.requests()) {
                String next = "/" + (row.open() ? "next" : "smuggled") + "/" + due.size() + "-" + allowed.size();
                try {
                    exchange(row, port, next);
                } catch (IOException e) {
                    throw new AssertionError(row.name(), e);
                }
                if (row.open()) {
                    due.add("GET " + next + " HTTP/1.1");
                }
                if (row.is("cut")) {
                    allowed.add("POST / HTTP/1.1");
                } else if (!row.through().isEmpty()) {
                    allowed.add(row.through().substring(0, row.through().indexOf("\r\n")));
                }
            }
            try (Client client = new Client(port)) {
                client.send(get("/end"));
                assertThat(client.answer(false)).contains("GET /end HTTP/1.1");
            }
            await().atMost(LIMIT).until(() -> server.seen().contains("GET /end HTTP/1.1"));
            List<String> unasked = new ArrayList<>(server.seen());
            assertThat(unasked).containsAll(due);
            unasked.remove("GET /end HTTP/1.1");
            due.forEach(unasked::remove);
            allowed.forEach(unasked::remove);
            assertThat(unasked).as("seen, but never let through").isEmpty();
        }
    }

    private static void exchange(WireCase row, int port, String next) throws IOException {
        try (Client client = new Client(port)) {
            client.send(row.client());
            if (!row.open()) {
                client.send(row.is("ends") ? "" : get(next));
                client.end(row);
                return;
            }
            String answer = client.answer(row.client().startsWith("HEAD "));
            if (!answer.toLowerCase(Locale.ROOT).contains("connection: close")) {
                client.send(get(next));
                assertThat(client.answer(false)).as(row.name()).contains("GET " + next + " HTTP/1.1");
                return;
            }
        }
        // The server answered before it had the whole request.
        try (Client client = new Client(port)) {
            client.send(get(next));
            assertThat(client.answer(false)).as(row.name()).contains("GET " + next + " HTTP/1.1");
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    /** Reads answers as far as to tell them apart. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void send(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** The head of the next final answer; its body is read and dropped. */
        String answer(boolean toHead) throws IOException {
            String head = head();
            while (head.startsWith("HTTP/1.1 1")) {
                head = head();
            }
            boolean bodiless = toHead || head.startsWith("HTTP/1.1 204") || head.startsWith("HTTP/1.1 304");
            for (String line : head.split("\r\n", -1)) {
                if (line.regionMatches(true, 0, "Content-Length:", 0, 15) && !bodiless) {
                    in.skipNBytes(Long.parseLong(line.substring(15).strip()));
                }
            }
            boolean chunked = head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked");
            for (long size = 1; chunked && !bodiless && size > 0; ) {
                size = Long.parseLong(line(), 16);
                in.skipNBytes(size + 2);
            }
            return head;
        }

        /** Reads until the connection is closed; a refusal has to be one of the table's. */
        void end(WireCase row) throws IOException {
            if (row.is("ends")) {
                socket.shutdownOutput();
            }
            String rest = "";
            try {
                rest = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (SocketException reset) {
                // An answer that had begun when the fault was met is cut short.
                assertThat(row.is("cut")).as(row.name()).isTrue();
            }
            assertThat(rest).as(row.name()).doesNotContain("/smuggled/");
            if (row.through().isEmpty() && !row.is("cut")) {
                assertThat(rest)
                        .as(row.name())
                        .startsWith("HTTP/1.1 " + row.answers().getFirst() + " ");
            }
        }

        private String head() throws IOException {
            StringBuilder head = new StringBuilder();
            for (String line = line(); !line.isEmpty(); line = line()) {
                head.append(line).append("\r\n");
            }
            return head.toString();
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    throw new EOFException("within: " + line);
                }
                if (octet != '\r') {
                    line.append((char) octet);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
