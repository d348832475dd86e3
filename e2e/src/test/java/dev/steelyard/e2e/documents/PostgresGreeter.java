package dev.steelyard.e2e.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.steelyard.e2e.network.LocalAddresses;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Enough of PostgreSQL's protocol for psql to log in and out (its manual, section "Message Flow"): the real server does
 * not run as root, and test accounts that may change to another user are rare.
 */
final class PostgresGreeter implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final byte[] LOGGED_IN = {'R', 0, 0, 0, 8, 0, 0, 0, 0, 'Z', 0, 0, 0, 5, 'I'};

    private final ServerSocket listening;
    private final List<String> users = new CopyOnWriteArrayList<>();

    PostgresGreeter() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getByName(LocalAddresses.nextV4()));
        Thread.ofPlatform().daemon().name("postgres").start(this::accept);
    }

    String host() {
        return listening.getInetAddress().getHostAddress();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Who has logged in, as startup parameters: {@code user}, its value, and so on, separated by zeros. */
    List<String> users() {
        return users;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try (Socket client = listening.accept()) {
                greet(client);
            } catch (IOException gone) {
                // a health check, or the end of the test
            }
        }
    }

    private void greet(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (true) {
            int length = in.readInt();
            int code = in.readInt();
            byte[] rest = in.readNBytes(length - 8);
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                client.getOutputStream().write('N');
            } else {
                users.add(new String(rest, UTF_8));
                client.getOutputStream().write(LOGGED_IN);
                in.readAllBytes(); // until the client says farewell
                return;
            }
        }
    }
}
