package dev.steelyard.dataplane.http1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint that says byte for byte what a test wants said: one script, run for each connection. */
public final class RawServer implements AutoCloseable {

    private final ServerSocket listening;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();

    /** What is done with a connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Script {
        void run(Wire wire) throws Exception;
    }

    public RawServer(Script script) {
        this(listening(), script);
    }

    /** On a socket that perhaps encrypts. */
    public RawServer(ServerSocket listening, Script script) {
        this.listening = listening;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers every request, once it has come whole, with {@code response}. */
    public static RawServer answering(String response) {
        return new RawServer(wire -> {
            while (wire.readRequest() != null) {
                wire.send(response);
            }
        });
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (Wire wire = new Wire(socket)) {
            script.run(wire);
        } catch (IOException e) {
            // The other side has gone: tests see that from where they look.
        } catch (Exception | AssertionError e) {
            faults.add(e);
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
    }

    /** How many connections have been made to it. */
    public int connections() {
        return connections.get();
    }

    /** What went wrong in scripts, other than a connection ending. */
    public List<Throwable> faults() {
        return faults;
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
