package dev.steelyard.e2e.soak;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Connections that are upgraded, then echoed; each lives for 5 s, whatever is edited meanwhile. */
record Tunnels(WebServer server, String path) implements Client {

    @Override
    public void turn(Tally.Count count) throws IOException, InterruptedException {
        try (Socket socket = server.connect()) {
            WebServer.send(socket, server.head("GET", path, "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
            WebServer.expectHead(socket.getInputStream(), 101);
            for (int i = 0; i < 100; i++) {
                WebServer.expectEcho(socket, ("piece " + i).getBytes(StandardCharsets.US_ASCII));
                Thread.sleep(50);
            }
            count.done(1);
        }
    }
}
