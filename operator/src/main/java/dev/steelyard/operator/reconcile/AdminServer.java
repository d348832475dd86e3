package dev.steelyard.operator.reconcile;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The operator's admin port: {@code /healthz}, {@code /readyz}, {@code /metrics}. */
final class AdminServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** What a probe finds. */
    record Answer(boolean good, String text) {}

    /** @throws IOException if the address cannot be bound */
    AdminServer(
            InetSocketAddress address, Supplier<Answer> health, Supplier<Answer> readiness, Supplier<String> metrics)
            throws IOException {
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/healthz", exchange -> probe(exchange, health.get()));
        server.createContext("/readyz", exchange -> probe(exchange, readiness.get()));
        server.createContext(
                "/metrics",
                exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private static void probe(HttpExchange exchange, Answer answer) throws IOException {
        answer(exchange, answer.good() ? 200 : 503, "text/plain; charset=utf-8", answer.text() + "\n");
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
