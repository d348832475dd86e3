package dev.steelyard.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Port numbers for what must be told one. */
public final class FreePort {
    private FreePort() {}

    /**
     * A TCP port that nothing on this machine listens on. It is below the range that the kernel gives to outgoing
     * connections and to those who ask for any port, so that none of these takes it before it is used.
     */
    public static int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(port));
                return port;
            } catch (IOException taken) {
                // try another
            }
        }
    }
}
