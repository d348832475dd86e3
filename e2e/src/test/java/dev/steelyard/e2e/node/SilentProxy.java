package dev.steelyard.e2e.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Forwards connections to an address, until it is told that the machine behind them has lost its power: those open then stay open and are
 * silent for ever. New ones are forwarded, as by another machine that has taken over.
 */
final class SilentProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("silent-proxy-", 0).daemon().factory());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean silenceNext = new AtomicBoolean();

    /** Leads to the API server. */
    SilentProxy(URI server) throws IOException {
        this(new InetSocketAddress(InetAddress.ofLiteral(server.getHost()), server.getPort()));
    }

    SilentProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Silences the connections that are open now. Returns how many those are. */
    int losePower() {
        silent.addAll(open);
        return silent.size() / 2;
    }

    /** As {@link #losePower}, and the next connection is silent from its beginning. */
    void losePowerAtNextConnection() {
        losePower();
        silenceNext.set(true);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                connect(listening.accept());
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void connect(Socket client) {
        open.add(client);
        if (silenceNext.getAndSet(false)) {
            silent.add(client);
        }
        try {
            Socket server = new Socket(target.getAddress(), target.getPort());
            open.add(server);
            threads.execute(() -> forward(client, server));
            threads.execute(() -> forward(server, client));
        } catch (IOException e) {
            // Nobody is there just now.
            close(client);
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (!silent.contains(from)) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException e) {
            // The end of this connection.
        }
        if (!silent.contains(from)) {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(this::close);
        threads.shutdownNow();
    }
}
