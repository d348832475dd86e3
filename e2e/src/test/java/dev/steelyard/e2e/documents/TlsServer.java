package dev.steelyard.e2e.documents;

import dev.steelyard.e2e.network.LocalAddresses;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** OpenSSL's web server, which ends TLS itself and answers with a page about the connection. */
record TlsServer(String host, int port, ServerProcess process) implements AutoCloseable {

    static TlsServer start(String name) {
        Path folder = SourceTree.newFolder("openssl-" + name);
        Commands.run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-subj",
                        "/CN=" + name,
                        "-keyout",
                        folder.resolve("key").toString(),
                        "-out",
                        folder.resolve("crt").toString())
                .requireSuccess();
        String host = LocalAddresses.nextV4();
        int port = Ports.free();
        ServerProcess process = ServerProcess.start(
                "openssl " + name,
                folder.resolve("log"),
                Map.of(),
                List.of(
                        "openssl",
                        "s_server",
                        "-accept",
                        host + ":" + port,
                        "-cert",
                        folder.resolve("crt").toString(),
                        "-key",
                        folder.resolve("key").toString(),
                        "-www"));
        process.await("listening", Duration.ofSeconds(10), () -> Ports.answers(host, port));
        return new TlsServer(host, port, process);
    }

    @Override
    public void close() {
        process.kill();
    }
}
