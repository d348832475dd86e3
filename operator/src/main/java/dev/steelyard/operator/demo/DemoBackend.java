package dev.steelyard.operator.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;

/** An HTTP server on loopback that says which one it is: something to balance over when there is nothing else. */
public final class DemoBackend implements AutoCloseable {
    private static final List<String> NAMES = List.of("blue", "green", "red", "yellow");

    private final String name;
    private final HttpServer server;

    /**
     * Starts a backend.
     *
     * @param port 0 for a free one
     */
    public DemoBackend(String name, int port) throws IOException {
        this.name = name;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /**
     * Starts one backend for each port named, and ends when its standard input does. So who starts it and keeps the other
     * end takes it along, even when killed.
     */
    public static void main(String... ports) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // or each answer waits 40 ms for an acknowledgement
        for (int i = 0; i < ports.length; i++) {
            try {
                DemoBackend backend = new DemoBackend(NAMES.get(i % NAMES.size()), Integer.parseInt(ports[i]));
                System.out.println("demo backend " + backend.name + ": http://127.0.0.1:" + backend.port() + "/");
            } catch (IOException e) {
                System.err.println("demo backend: cannot listen on 127.0.0.1:" + ports[i] + ": " + e.getMessage());
                System.exit(1);
            }
        }
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        System.exit(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream());
            String path = exchange.getRequestURI().getPath();
            byte[] body =
                    ("Hello from " + name + " (port " + port() + "), you asked for " + path + "\n").getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().set("X-Backend", name);
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }
}
