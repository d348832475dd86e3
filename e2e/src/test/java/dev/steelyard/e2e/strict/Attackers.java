package dev.steelyard.e2e.strict;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Many connections that do the same harm at the same time, until the other side ends them or they are closed. */
final class Attackers implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final List<Socket> sockets = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch allEnded;

    /** What one of them does; returns when the other side has ended the connection. */
    @FunctionalInterface
    interface Harm {
        void run(Socket socket) throws IOException, InterruptedException;
    }

    private Attackers(int count, int port, int receiveBuffer, Harm harm) {
        allEnded = new CountDownLatch(count);
        try {
            for (int i = 0; i < count; i++) {
                Socket socket = new Socket();
                sockets.add(socket);
                if (receiveBuffer > 0) {
                    socket.setReceiveBufferSize(receiveBuffer);
                }
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                socket.setSoTimeout(PATIENCE_MILLIS);
                threads.add(Thread.ofPlatform().daemon().name("attacker-" + i).start(() -> attack(socket, harm)));
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    private void attack(Socket socket, Harm harm) {
        try {
            harm.run(socket);
            ended();
        } catch (SocketTimeoutException stillOpen) {
            // told by awaitEnd
        } catch (IOException reset) {
            ended();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ended() {
        allEnded.countDown();
    }

    /** They send {@code first}, and then {@code drop} every {@code millis} milliseconds. */
    static Attackers dripping(int count, int port, String first, String drop, int millis) {
        return new Attackers(count, port, 0, socket -> {
            send(socket, first);
            socket.setSoTimeout(millis);
            InputStream in = socket.getInputStream();
            for (int i = 0; i < PATIENCE_MILLIS / millis; i++) {
                send(socket, drop);
                try {
                    in.readAllBytes();
                    return;
                } catch (SocketTimeoutException notYet) {
                    // the next drop
                }
            }
            throw new SocketTimeoutException();
        });
    }

    /** They send {@code first}, and then {@code flood} as fast as it is taken, {@code times} times. */
    static Attackers flooding(int count, int port, String first, String flood, int times) {
        return new Attackers(count, port, 0, socket -> {
            send(socket, first);
            for (int i = 0; i < times; i++) {
                send(socket, flood);
            }
            socket.getInputStream().readAllBytes();
        });
    }

    /** They send a request and read nothing of the answer, until {@link #close}. */
    static Attackers notReading(int count, int port, String request) {
        return new Attackers(count, port, 4_096, socket -> {
            send(socket, request);
            new CountDownLatch(1).await();
        });
    }

    /** They send nothing. */
    static Attackers silent(int count, int port) {
        return new Attackers(count, port, 0, socket -> socket.getInputStream().readAllBytes());
    }

    /** How many there are. */
    int connected() {
        return sockets.size();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Waits until the other side has ended all of their connections. */
    void awaitEnd() throws InterruptedException {
        if (!allEnded.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError(allEnded.getCount() + " of " + sockets.size() + " connections are still open");
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        for (Socket socket : sockets) {
            try {
                // Not to use up ports.
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                // it is of no use any more
            }
        }
    }
}
