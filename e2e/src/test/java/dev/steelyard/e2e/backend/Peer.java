package dev.steelyard.e2e.backend;

import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A server of Node.js, {@code e2e/backends/peer.js}, on loopback: with HTTP/1.1 on one port, with HTTP/2 and WebSockets on the other. What begins
 * with {@code /h2/} it takes for the rest.
 */
public record Peer(int http1, int http2, ServerProcess process) implements AutoCloseable {

    public static Peer start() {
        int http1 = Ports.free();
        int http2 = Ports.free();
        ServerProcess process = ServerProcess.start(
                "node",
                SourceTree.newFolder("peer").resolve("log"),
                Map.of(),
                List.of(
                        "node",
                        SourceTree.resolve("e2e/backends/peer.js").toString(),
                        Integer.toString(http1),
                        Integer.toString(http2)));
        process.await(
                "listening",
                Duration.ofSeconds(30),
                () -> Ports.answers("127.0.0.1", http1) && Ports.answers("127.0.0.1", http2));
        return new Peer(http1, http2, process);
    }

    /** Pools of both: {@code peer1} and {@code peer2}. */
    public String pools() {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: peer1}
                spec: {members: [{address: 127.0.0.1, port: %d}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: peer2}
                spec: {protocol: HTTP2, members: [{address: 127.0.0.1, port: %d}]}
                ---
                """.formatted(http1, http2);
    }

    @Override
    public void close() {
        process.close();
    }
}
