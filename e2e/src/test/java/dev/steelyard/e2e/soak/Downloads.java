package dev.steelyard.e2e.soak;

import java.io.IOException;
import java.net.Socket;

/**
 * Large bodies of answers.
 *
 * @param receiveBuffer of the client's socket, in octets; 0: the system's
 * @param pauseMillis after each read
 */
record Downloads(WebServer server, int receiveBuffer, int pauseMillis) implements Client {
    static final int LARGE = 2_000_000;

    @Override
    public void turn(Tally.Count count) throws IOException, InterruptedException {
        try (Socket socket = server.connect()) {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            WebServer.send(socket, server.get("/bytes/" + LARGE));
            WebServer.expect(socket, LARGE, pauseMillis);
            count.done(1);
        }
    }
}
