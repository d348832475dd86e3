package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.Python;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.testing.PhpFpm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is balanced over in the soak: servers of this JVM, and real ones of WebSockets, gRPC and PHP. */
final class Servers implements AutoCloseable {
    private static final String LOCAL = "127.0.0.1";

    private final List<EchoServer> web = new ArrayList<>();
    private final List<ServerProcess> programs = new ArrayList<>();
    private final EchoPort echo = new EchoPort();
    private final int chat = Ports.free();
    private final int calls = Ports.free();
    private final PhpFpm php;

    Servers() throws IOException {
        for (String name : List.of("a", "b", "c", "d")) {
            web.add(EchoServer.start(name, LOCAL));
        }
        program("websockets", "backends/echo_websocket.py", chat);
        program("grpc", "backends/echo_grpc.py", calls);
        php = PhpFpm.start(SourceTree.newFolder("soak-php"), LOCAL).put("hello.php", "<?php echo 'hello';");
    }

    private void program(String name, String file, int port) {
        ServerProcess process = ServerProcess.start(
                name,
                SourceTree.newFolder("soak-" + name).resolve("log"),
                Map.of(),
                Python.command(file, LOCAL, Integer.toString(port)));
        programs.add(process);
        process.await("listening", Duration.ofSeconds(30), () -> Ports.answers(LOCAL, port));
    }

    /** Those of the pool whose members change. */
    List<EchoServer> web() {
        return web;
    }

    /** The pools of all the others, and the services that relay. */
    String manifests(SoakPorts ports) {
        return pool("echo", "HTTP1", echo.port(), "")
                + pool("chat", "HTTP1", chat, "")
                + pool("calls", "HTTP2", calls, "")
                + pool("php", "FastCGI", php.address().getPort(), "fastCGI: {documentRoot: " + php.root() + "}")
                + pool("echo-tcp", "TCP", echo.port(), "")
                + pool("echo-udp", "UDP", echo.port(), "")
                + pool("through", "TCP", ports.https(), "")
                + service("tcp", ports.tcp(), "TCP", "", "echo-tcp")
                + service("udp", ports.udp(), "UDP", "policies: [short]", "echo-udp")
                + service("tls", ports.tls(), "TLS", "hosts: [" + SoakPorts.HOST + "]", "through")
                + """
                apiVersion: steelyard.dev/v1alpha1
                kind: Policy
                metadata: {name: short}
                spec: {timeouts: {idle: 5s}}
                """;
    }

    private static String pool(String name, String protocol, int port, String more) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: %s}
                spec:
                  protocol: %s
                  members: [{address: 127.0.0.1, port: %d}]
                  %s
                ---
                """.formatted(name, protocol, port, more);
    }

    private static String service(String name, int port, String protocol, String more, String pool) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: %s}
                spec:
                  listeners: [{name: one, port: %d, protocol: %s}]
                  pool: %s
                  %s
                ---
                """.formatted(name, port, protocol, pool, more);
    }

    @Override
    public void close() {
        php.close();
        programs.forEach(ServerProcess::close);
        web.forEach(EchoServer::close);
        echo.close();
    }
}
