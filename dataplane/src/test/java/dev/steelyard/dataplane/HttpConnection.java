package dev.steelyard.dataplane;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client's connection: one request at a time, answers with a Content-Length. */
final class HttpConnection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private boolean reusable = true;

    HttpConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
    }

    /** Connects to a port of 127.0.0.1. */
    static HttpConnection to(int port) throws IOException {
        return to("127.0.0.1", port);
    }

    static HttpConnection to(String address, int port) throws IOException {
        return new HttpConnection(new Socket(InetAddress.ofLiteral(address), port));
    }

    /** @param closes whether the server said that it closes the connection */
    record Answer(int status, String body, boolean closes) {}

    Answer get(String host, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        boolean closes = false;
        for (String field = line(); !field.isEmpty(); field = line()) {
            String lower = field.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.equals("connection: close")) {
                closes = true;
            }
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("in the body");
        }
        reusable = !closes;
        return new Answer(status, new String(body, StandardCharsets.US_ASCII), closes);
    }

    /** Whether the last answer left the connection open. */
    boolean reusable() {
        return reusable;
    }

    /** Reads to the end, which has to come without a byte or an error. */
    boolean endsInOrder() throws IOException {
        return in.read() == -1;
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("in the head: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
