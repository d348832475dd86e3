package dev.steelyard.e2e.process;

import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.Socket;

/** Port numbers for programs that must be told one. */
public final class Ports {
    private Ports() {}

    /** A TCP port that nothing takes before the program listens, or while it is restarted: see {@link FreePort}. */
    public static int free() {
        return FreePort.next();
    }

    /** Whether something accepts connections at an address of this machine. */
    public static boolean answers(String address, int port) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
