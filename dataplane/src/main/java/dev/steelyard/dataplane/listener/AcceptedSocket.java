package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.transport.AcceptedChannel;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.Socket;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A client's connection that no channel drives. On its event loop, but for {@link #close}. */
public final class AcceptedSocket {

    /** Never registered: its pipeline is not used. */
    private final AcceptedChannel accepted;

    private final EventLoop loop;
    private final Consumer<AcceptedSocket> whenClosed;
    private Runnable closing;
    private boolean told;

    /** @param whenClosed is given this, once */
    AcceptedSocket(AcceptedChannel accepted, EventLoop loop, Consumer<AcceptedSocket> whenClosed) {
        this.accepted = accepted;
        this.loop = loop;
        this.whenClosed = whenClosed;
        this.closing = this::discard;
    }

    /** To read, write and close. */
    public Socket socket() {
        return (Socket) accepted.fd();
    }

    public EventLoop loop() {
        return loop;
    }

    public InetSocketAddress client() {
        return (InetSocketAddress) accepted.remoteAddress();
    }

    /** What the client has connected to. */
    public InetSocketAddress local() {
        return (InetSocketAddress) accepted.localAddress();
    }

    /** How the connection is to be ended when its listener closes; whoever ends it says so, see {@link #closed}. */
    public void onClose(Runnable action) {
        closing = action;
    }

    /** The socket is closed. */
    public void closed() {
        if (!told) {
            told = true;
            whenClosed.accept(this);
        }
    }

    /** Closes the connection in good order. From any thread. */
    void close() {
        loop.execute(() -> closing.run());
    }

    /** Closes the socket, which nobody uses. */
    public void discard() {
        accepted.unsafe().closeForcibly();
        closed();
    }
}
