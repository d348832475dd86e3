package dev.steelyard.e2e.soak;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Questions and their echoes over a port that relays TCP, and a half-close at the end. */
record Conversations(int port) implements Client {

    @Override
    public void turn(Tally.Count count) throws IOException, InterruptedException {
        try (Socket socket = WebServer.connect(port)) {
            for (int i = ThreadLocalRandom.current().nextInt(1, 40); i > 0; i--) {
                WebServer.expectEcho(socket, ("line " + i + "\n").getBytes(StandardCharsets.US_ASCII));
                Thread.sleep(5);
            }
            socket.shutdownOutput();
            if (socket.getInputStream().read() >= 0) {
                throw new IOException("more than the echo");
            }
            count.done(1);
        }
    }
}
