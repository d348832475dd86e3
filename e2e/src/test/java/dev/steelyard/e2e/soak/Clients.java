package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.load.Target;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients of the kinds that a load of small requests has not: each does its thing again and again until told to stop. */
final class Clients implements AutoCloseable {
    private static final int LARGE = 2_000_000;
    private static final int TIMEOUT_MILLIS = 20_000;

    private final AtomicBoolean running = new AtomicBoolean(true);
    private final List<Thread> threads = new ArrayList<>();
    private final Errors errors;
    private final Random random = new SecureRandom();
    private final String host;
    private final int http;

    /** One turn of a client. */
    @FunctionalInterface
    private interface Turn {
        void run() throws IOException, InterruptedException;
    }

    Clients(Errors errors, String host, int http) {
        this.errors = errors;
        this.host = host;
        this.http = http;
    }

    private Clients repeat(String kind, int count, Turn turn) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("soak-" + kind + "-" + i)
                    .start(() -> {
                        while (running.get()) {
                            try {
                                turn.run();
                                errors.done(kind);
                            } catch (IOException | RuntimeException e) {
                                errors.failed(kind, e);
                            } catch (InterruptedException e) {
                                return;
                            }
                        }
                    }));
        }
        return this;
    }

    Clients downloads(int count) {
        return repeat("download", count, () -> {
            try (Socket socket = connect(http)) {
                send(socket, request("GET", "/bytes/" + LARGE));
                expect(socket, LARGE, 0);
            }
        });
    }

    /** Bodies go up by length and in chunks by turns, and come back. */
    Clients uploads(int count) {
        return repeat("upload", count, () -> {
            boolean chunked = random.nextBoolean();
            int length = random.nextInt(1, 900_000);
            byte[] body = new byte[length];
            Arrays.fill(body, (byte) 'u');
            try (Socket socket = connect(http)) {
                String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + length;
                send(
                        socket,
                        "POST /echo HTTP/1.1\r\nHost: " + host + "\r\n" + framing + "\r\nConnection: close\r\n\r\n");
                OutputStream out = socket.getOutputStream();
                for (int from = 0; from < length; from += 50_000) {
                    int piece = Math.min(50_000, length - from);
                    if (chunked) {
                        send(socket, Integer.toHexString(piece) + "\r\n");
                    }
                    out.write(body, from, piece);
                    if (chunked) {
                        send(socket, "\r\n");
                    }
                }
                if (chunked) {
                    send(socket, "0\r\n\r\n");
                }
                expect(socket, length, 0);
            }
        });
    }

    /** They go away in the midst of a request or of its answer, politely or not. */
    Clients aborts(int count) {
        return repeat("abort", count, () -> {
            try (Socket socket = connect(http)) {
                switch (random.nextInt(4)) {
                    case 0 -> send(socket, "GET /bytes/" + LARGE + " HTTP/1.1\r\nHo");
                    case 1 ->
                        send(socket, "POST /echo HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 100000\r\n\r\nabc");
                    case 2 -> send(socket, request("GET", "/delay/50"));
                    default -> {
                        send(socket, request("GET", "/bytes/" + LARGE));
                        socket.getInputStream().readNBytes(10_000);
                    }
                }
                Thread.sleep(random.nextInt(20));
                if (random.nextBoolean()) {
                    socket.setSoLinger(true, 0);
                }
            }
        });
    }

    Clients slowReaders(int count) {
        return repeat("slow reader", count, () -> {
            try (Socket socket = connect(http)) {
                socket.setReceiveBufferSize(16_384);
                send(socket, request("GET", "/bytes/" + LARGE));
                expect(socket, LARGE, 2);
            }
        });
    }

    /** Conversations over a port that relays TCP: questions and their echoes, and a half-close at the end. */
    Clients conversations(int count, int port) {
        return repeat("conversation", count, () -> {
            try (Socket socket = connect(port)) {
                InputStream in = socket.getInputStream();
                for (int i = random.nextInt(1, 40); i > 0; i--) {
                    byte[] said = ("line " + i + "\n").getBytes(StandardCharsets.US_ASCII);
                    socket.getOutputStream().write(said);
                    if (!Arrays.equals(in.readNBytes(said.length), said)) {
                        throw new IOException("not the echo");
                    }
                    Thread.sleep(5);
                }
                socket.shutdownOutput();
                if (in.read() >= 0) {
                    throw new IOException("more than the echo");
                }
            }
        });
    }

    /** WebSockets in all but what they say: upgraded, then echoed; each lives for a while, whatever is edited meanwhile. */
    Clients tunnels(int count, Target target) {
        return repeat("tunnel", count, () -> {
            try (Socket socket = connect(target.address().getPort())) {
                send(
                        socket,
                        "GET /tunnel HTTP/1.1\r\nHost: " + host
                                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                InputStream in = new BufferedInputStream(socket.getInputStream());
                String head = head(in);
                if (!head.startsWith("HTTP/1.1 101 ")) {
                    throw new IOException(
                            "not upgraded: " + head.lines().findFirst().orElse(""));
                }
                for (int i = 0; i < 100 && running.get(); i++) {
                    byte[] said = ("frame " + i).getBytes(StandardCharsets.US_ASCII);
                    socket.getOutputStream().write(said);
                    if (!Arrays.equals(in.readNBytes(said.length), said)) {
                        throw new IOException("not the echo");
                    }
                    Thread.sleep(50);
                }
            }
        });
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return socket;
    }

    private String request(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            head.append((char) octet);
            if (octet == '\n'
                    && head.length() > 3
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        throw new IOException("ended within a head: " + head);
    }

    /** An answer of 200 with at least so many octets, to its end. */
    private static void expect(Socket socket, int atLeast, int pauseMillis) throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        String head = head(in);
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw new IOException(head.lines().findFirst().orElse(""));
        }
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

    /** Lets each finish its turn. */
    @Override
    public void close() {
        running.set(false);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while clients ended", e);
            }
        }
    }
}
