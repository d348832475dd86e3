package dev.steelyard.e2e.soak;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/** Clients that go away in the midst of a request or of its answer, politely or not. */
record Aborts(WebServer server) implements Client {

    @Override
    public void turn(Tally.Count count) throws IOException, InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try (Socket socket = server.connect()) {
            switch (random.nextInt(4)) {
                case 0 -> WebServer.send(socket, "GET /bytes/" + Downloads.LARGE + " HTTP/1.1\r\nHo");
                case 1 -> WebServer.send(socket, server.head("POST", "/echo", "Content-Length: 100000\r\n") + "abc");
                case 2 -> WebServer.send(socket, server.get("/delay/50"));
                default -> {
                    WebServer.send(socket, server.get("/bytes/" + Downloads.LARGE));
                    socket.getInputStream().readNBytes(10_000);
                }
            }
            Thread.sleep(random.nextInt(20));
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0);
            }
            count.done(1);
        }
    }
}
