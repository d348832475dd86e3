package dev.steelyard.e2e.backend;

import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A real nginx that answers its name, as {@link EchoServer} does, and serves the files in {@link #folder()}. */
public final class NginxServer implements AutoCloseable {
    private final String name;
    private final String host;
    private final boolean http2;
    private final int port = Ports.free();
    private final Path folder;
    private final boolean encrypted;
    private ServerProcess process;

    private NginxServer(String name, String host, Path folder, boolean http2, boolean encrypted) {
        this.http2 = http2;
        this.name = name;
        this.host = host;
        this.folder = folder;
        this.encrypted = encrypted;
        this.process = launch();
    }

    /** Starts nginx on a free port of an address of this machine. */
    public static NginxServer start(String name, String address) {
        return new NginxServer(name, address, SourceTree.newFolder("nginx-" + name), false, false);
    }

    /**
     * The same over TLS, for clients that show a certificate; it answers {@code NAME to SUBJECT by VERSION}.
     *
     * @param certificate PEM in Base64, as are the others
     */
    public static NginxServer startTls(
            String name, String address, String certificate, String key, String authorities) {
        return startTls(name, address, certificate, key, authorities, false);
    }

    /** The same, and HTTP/2 for clients that agree to it. */
    public static NginxServer startTlsHttp2(
            String name, String address, String certificate, String key, String authorities) {
        return startTls(name, address, certificate, key, authorities, true);
    }

    private static NginxServer startTls(
            String name, String address, String certificate, String key, String authorities, boolean http2) {
        Path folder = SourceTree.newFolder("nginx-" + name);
        try {
            Files.write(folder.resolve("tls.crt"), Base64.getDecoder().decode(certificate));
            Files.write(folder.resolve("tls.key"), Base64.getDecoder().decode(key));
            Files.write(folder.resolve("ca.crt"), Base64.getDecoder().decode(authorities));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new NginxServer(name, address, folder, http2, true);
    }

    /** The same, but it speaks HTTP/2 alone, with prior knowledge. */
    public static NginxServer startHttp2(String name, String address) {
        return new NginxServer(name, address, SourceTree.newFolder("nginx-" + name), true, false);
    }

    public String name() {
        return name;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** What is put here is served below {@code /files/}. */
    public Path folder() {
        return folder;
    }

    /** Kills nginx. */
    public void stop() {
        process.kill();
    }

    /** Starts nginx again, at the same port. */
    public void restart() {
        process = launch();
    }

    @Override
    public void close() {
        stop();
    }

    private ServerProcess launch() {
        // As root, workers would change to a user that may not read the folder.
        String configuration = """
                daemon off;
                worker_processes 1;
                %spid nginx.pid;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  keepalive_requests 1000000;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                  server {
                    listen %s:%d%s;
                    add_header X-Backend "%s" always;
                    location / { return 200 "%s\\n"; }
                    location /files/ { alias %s/; }
                  }
                }
                """.formatted(
                        "root".equals(System.getProperty("user.name")) ? "user root;\n" : "",
                        host.contains(":") ? "[" + host + "]" : host,
                        port,
                        (http2 ? " http2" : "")
                                + (encrypted
                                        ? " ssl; ssl_certificate tls.crt; ssl_certificate_key tls.key;"
                                                + " ssl_verify_client on; ssl_client_certificate ca.crt"
                                        : ""),
                        name,
                        name + (encrypted ? " to $ssl_client_s_dn by $server_protocol" : ""),
                        folder);
        try {
            Files.writeString(folder.resolve("nginx.conf"), configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = List.of("nginx", "-e", "stderr", "-p", folder.toString(), "-c", "nginx.conf");
        ServerProcess started = ServerProcess.start("nginx " + name, folder.resolve("nginx.log"), Map.of(), command);
        started.await("listening", Duration.ofSeconds(10), () -> Ports.answers(host, port));
        return started;
    }
}
