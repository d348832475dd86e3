package dev.steelyard.e2e.soak;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where clients of HTTP/1.1 connect to, and how they speak.
 *
 * @param host the Host field
 */
record WebServer(String host, int port) {
    private static final int TIMEOUT_MILLIS = 20_000;

    /** A connection to a port of this machine, whose reads take 20 s at most. */
    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return socket;
    }

    Socket connect() throws IOException {
        return connect(port);
    }

    /** The head of a request, with more fields, each with its line end. */
    String head(String method, String path, String fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
    }

    /** A request on the only connection that it is sent on. */
    String get(String path) {
        return head("GET", path, "Connection: close\r\n");
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads a head that begins with {@code HTTP/1.1 STATUS}. */
    static void expectHead(InputStream in, int status) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("ended within a head: " + head);
            }
            head.append((char) octet);
        }
        if (!head.toString().startsWith("HTTP/1.1 " + status + " ")) {
            throw new IOException(head.toString().lines().findFirst().orElse(""));
        }
    }

    /** Reads an answer of 200 with at least so many octets to its end, with a pause after each read. */
    static void expect(Socket socket, int atLeast, int pauseMillis) throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        expectHead(in, 200);
        byte[] piece = new byte[16_384];
        long got = 0;
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            got += count;
            if (pauseMillis > 0) {
                Thread.sleep(pauseMillis);
            }
        }
        if (got < atLeast) {
            throw new IOException("only " + got + " of " + atLeast + " octets");
        }
    }

    /** Sends some octets and reads as many, which must be the same. */
    static void expectEcho(Socket socket, byte[] said) throws IOException {
        socket.getOutputStream().write(said);
        if (!Arrays.equals(socket.getInputStream().readNBytes(said.length), said)) {
            throw new IOException("not the echo");
        }
    }
}
