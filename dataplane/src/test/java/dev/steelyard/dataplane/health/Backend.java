package dev.steelyard.dataplane.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** A server on a loopback port that reads the head of one request per connection and answers with fixed bytes. */
final class Backend implements AutoCloseable {

    /** The heads of the requests that came. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    private final ServerSocket server;
    private final List<Socket> held = new CopyOnWriteArrayList<>();
    private volatile String answer;

    /** @param answer what is sent, then the connection is closed; empty: closed at once; {@code hold}: left open in silence */
    Backend(String answer) {
        this(answer, ServerSocketFactory.getDefault());
    }

    /** The same over TLS. */
    Backend(String answer, SSLContext tls) {
        this(answer, tls.getServerSocketFactory());
    }

    private Backend(String answer, ServerSocketFactory sockets) {
        this.answer = answer;
        try {
            server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    static String status(int status) {
        return "HTTP/1.1 " + status + " Some reason\r\nContent-Length: 2\r\n\r\nok";
    }

    /** An address that refuses connections. */
    static InetSocketAddress refusing() {
        try (Backend closed = new Backend("")) {
            return closed.address();
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    void answer(String next) {
        answer = next;
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                held.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        String wanted = answer;
        try {
            if (wanted.isEmpty()) {
                socket.close();
                return;
            }
            requests.add(head(socket.getInputStream()));
            if (!wanted.equals("hold")) {
                socket.getOutputStream().write(wanted.getBytes(StandardCharsets.ISO_8859_1));
                socket.close();
            }
        } catch (IOException e) {
            // The probe has gone away.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : held) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
