package dev.steelyard.e2e.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Bodies that go up by length or in chunks, and come back. */
record Uploads(WebServer server) implements Client {
    private static final int LARGEST = 900_000;
    private static final int PIECE = 50_000;

    @Override
    public void turn(Tally.Count count) throws IOException, InterruptedException {
        boolean chunked = ThreadLocalRandom.current().nextBoolean();
        int length = ThreadLocalRandom.current().nextInt(1, LARGEST);
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 'u');
        try (Socket socket = server.connect()) {
            String framing = chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + length + "\r\n";
            WebServer.send(socket, server.head("POST", "/echo", framing + "Connection: close\r\n"));
            OutputStream out = socket.getOutputStream();
            for (int from = 0; from < length; from += PIECE) {
                int piece = Math.min(PIECE, length - from);
                if (chunked) {
                    WebServer.send(socket, Integer.toHexString(piece) + "\r\n");
                }
                out.write(body, from, piece);
                if (chunked) {
                    WebServer.send(socket, "\r\n");
                }
            }
            if (chunked) {
                WebServer.send(socket, "0\r\n\r\n");
            }
            WebServer.expect(socket, length, 0);
            count.done(1);
        }
    }
}
