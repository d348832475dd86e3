package dev.steelyard.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.e2e.backend.NginxServer;
import dev.steelyard.e2e.backend.Peer;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** WebSockets of real clients, over HTTP/1.1 and HTTP/2, to a real server that takes them over HTTP/2. */
class WebSocketIT {
    private static final int PORT = Ports.free();
    private static Peer peer;
    private static NginxServer nginx;
    private static SteelyardProcess steelyard;

    @BeforeAll
    static void start() {
        peer = Peer.start();
        nginx = NginxServer.startHttp2("plain", "127.0.0.1");
        ServedFolder folder = ServedFolder.create("websockets");
        folder.write("all.yaml", peer.pools(), """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: plain}
                spec: {protocol: HTTP2, members: [{address: %2$s, port: %3$d}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: chat}
                spec:
                  listeners: [{name: web, port: %1$d, protocol: HTTP}]
                  routes: [{name: none, match: [{path: {type: Prefix, value: /none}}], pools: [{name: plain}]}]
                  pool: peer2
                """.formatted(PORT, nginx.host(), nginx.port()));
        steelyard = SteelyardProcess.standalone(folder.path()).start().awaitOutput("ready ");
    }

    @AfterAll
    static void stop() {
        try {
            steelyard.showLeaks();
        } finally {
            steelyard.close();
            nginx.close();
            peer.close();
        }
    }

    private static final class Echoes implements WebSocket.Listener {
        private final List<String> got = new ArrayList<>();
        private final CompletableFuture<List<String>> closed = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            got.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(got);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    private static WebSocket open(HttpClient client, String path, WebSocket.Listener listener) {
        return client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + PORT + path), listener)
                .join();
    }

    /** This client checks the answer to its key. */
    @Test
    void ofAnHttp1Client() throws Exception {
        Echoes echoes = new Echoes();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = open(client, "/chat", echoes);
            for (String text : List.of("one", "two", "three")) {
                socket.sendText(text, true).join();
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            assertThat(echoes.closed.get(30, TimeUnit.SECONDS)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void ofAnHttp2Client() {
        assertThat(node("/chat"))
                .containsExactly(
                        "extended CONNECT true",
                        "status 200",
                        "frame 1 one",
                        "frame 1 two",
                        "frame 1 three",
                        "frame 8 ");
        assertThat(node("/h2/closed")).containsExactly("extended CONNECT true", "status 403");
    }

    private static List<String> node(String path) {
        return Commands.run(
                        "node", SourceTree.resolve("e2e/clients/websocket.js").toString(), Integer.toString(PORT), path)
                .requireSuccess()
                .lines()
                .toList();
    }

    @Test
    void aRefusalIsPassedOn() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> open(client, "/h2/closed", new Echoes()))
                    .isInstanceOf(CompletionException.class)
                    .satisfies(failure -> assertThat(statusOf(failure)).isEqualTo(403));
        }
    }

    /** nginx does not say that it takes extended CONNECT. */
    @Test
    void anEndpointThatTakesNoneIsNotAsked() {
        assertThat(node("/none")).containsExactly("extended CONNECT true", "status 501");
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> open(client, "/none", new Echoes()))
                    .satisfies(failure -> assertThat(statusOf(failure)).isEqualTo(501));
        }
        assertThat(steelyard.admin("/metrics").body())
                .containsPattern("steelyard_requests_flagged_total\\{[^}]*flag=\"no_websocket\"[^}]*} 2");
    }

    private static int statusOf(Throwable failure) {
        WebSocketHandshakeException refused = (WebSocketHandshakeException) Objects.requireNonNull(failure.getCause());
        return refused.getResponse().statusCode();
    }
}
