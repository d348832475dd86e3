package dev.steelyard.dataplane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of a {@link SocketRelay}: a socket, what epoll has said of it, and the bytes that its peer has not taken yet. On the relay's loop.
 *
 * <p>epoll is told once what is asked of it, for edges (epoll(7) {@code EPOLLET}): it says when bytes have come, and when there is room again
 * after there was none. What it said is kept in fields until the socket itself says otherwise.
 */
final class SocketSide implements EpollIoHandle {

    private static final Logger LOG = LoggerFactory.getLogger(SocketSide.class);

    private static final int IN = EpollIoOps.EPOLLIN.value();
    private static final int OUT = EpollIoOps.EPOLLOUT.value();
    private static final int PEER_ENDED = EpollIoOps.EPOLLRDHUP.value();
    private static final int ERROR = EpollIoOps.EPOLLERR.value();

    // epoll_ctl(2); Netty has no names for these.
    private static final int URGENT = 0x002;
    private static final int HUP = 0x010;

    private static final EpollIoOps EDGES =
            EpollIoOps.valueOf(IN | OUT | PEER_ENDED | URGENT | EpollIoOps.EPOLLET.value());

    private static final int LEAST_WINDOW = 64 * 1024;

    private final SocketRelay relay;
    private final SocketLoop loop;
    private final Socket socket;
    private final long registeredIn;
    private @Nullable IoRegistration registration;
    private @Nullable ByteBuf waiting;
    private int window = LEAST_WINDOW;
    private int writes;
    private boolean delaying;
    private boolean connected;
    private boolean readable;
    private boolean peerEnded;
    private boolean urgent;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean released;

    /**
     * Has events told from the next turn of the loop on.
     *
     * @param connected whether the socket is: else it is connecting
     * @param delaying whether the socket still waits with small pieces for what may follow (Nagle)
     * @throws IOException if the loop does not take it; the socket is not closed
     */
    SocketSide(SocketRelay relay, SocketLoop loop, Socket socket, boolean connected, boolean delaying)
            throws IOException {
        this.relay = relay;
        this.loop = loop;
        this.socket = socket;
        this.connected = connected;
        this.delaying = delaying;
        this.registeredIn = loop.turns().count();
        Future<IoRegistration> registered = loop.loop().register(this);
        if (!registered.isSuccess()) {
            throw new IOException("the event loop does not take a socket", registered.cause());
        }
        registration = registered.getNow();
        registration.submit(EDGES);
    }

    @Override
    public Socket fd() {
        return socket;
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void handle(IoRegistration told, IoEvent event) {
        if (released || loop.turns().count() == registeredIn) {
            // Of another socket that had this one's number before it was closed in the same turn.
            return;
        }
        try {
            handle(((EpollIoEvent) event).ops().value());
        } catch (RuntimeException e) {
            LOG.error("a relayed connection is closed", e);
            relay.closed(true);
        }
    }

    private void handle(int events) {
        readable |= (events & (IN | PEER_ENDED | ERROR | HUP)) != 0;
        peerEnded |= (events & (PEER_ENDED | HUP)) != 0;
        urgent |= (events & URGENT) != 0;
        boolean failed = (events & ERROR) != 0;
        if (connected) {
            relay.ready(this, (events & OUT) != 0, failed);
        } else if (failed || (events & HUP) != 0) {
            relay.connectFailed(this);
        } else if ((events & OUT) != 0) {
            connected = true;
            relay.connected();
        }
    }

    /** Whether its peer may have sent something that was not read yet. */
    boolean readable() {
        return readable && !inputEnded;
    }

    /** Whether bytes can be given to it: it is connected, and nothing waits. */
    boolean takes() {
        return connected && waiting == null;
    }

    /** Whether bytes wait for its peer. */
    boolean isBehind() {
        return waiting != null;
    }

    /** Whether its peer has sent its last byte, and that was read. */
    boolean inputEnded() {
        return inputEnded;
    }

    /** Whether its peer was told that no more bytes come. */
    boolean outputEnded() {
        return outputEnded;
    }

    /**
     * Reads into the loop's buffer.
     *
     * @return how many bytes; 0: none for now, or none any more
     */
    int read() throws IOException {
        int read = socket.recvAddress(loop.address(), 0, window);
        if (read < 0) {
            inputEnded = true;
            return 0;
        }
        if (read < window) {
            // That was all, unless urgent data lies between (tcp(7)); the end of the stream is still to be read.
            readable = read > 0 && (peerEnded || urgent);
        }
        return read;
    }

    /** The last read was given on whole, or only so much of it: the next is to be about as long as the other side takes at once. */
    void readTaken(int read, int taken) {
        if (taken < read) {
            window = Math.max(LEAST_WINDOW, taken);
        } else if (read == window) {
            window = Math.min(SocketLoop.BUFFER_BYTES, 2 * window);
        }
    }

    /**
     * Gives bytes of the loop's buffer to the kernel, and keeps what it does not take. Only if {@link #takes}.
     *
     * @return how many the kernel took
     */
    int write(int length) throws IOException {
        delayNoMore();
        int taken = socket.sendAddress(loop.address(), 0, length);
        if (taken < length) {
            ByteBuffer rest = loop.buffer().slice(taken, length - taken);
            waiting = ByteBufAllocator.DEFAULT.directBuffer(length - taken).writeBytes(rest);
        }
        return taken;
    }

    /** Bytes, which it takes over, to be sent before all others. */
    void begin(ByteBuf bytes) {
        waiting = bytes;
    }

    /**
     * Sends what waits.
     *
     * @return whether any of it went
     */
    boolean flush() throws IOException {
        ByteBuf bytes = waiting;
        if (bytes == null) {
            return false;
        }
        delayNoMore();
        int length = bytes.readableBytes();
        ByteBuffer piece = bytes.internalNioBuffer(bytes.readerIndex(), length);
        int taken = socket.send(piece, piece.position(), piece.limit());
        bytes.skipBytes(taken);
        if (taken == length) {
            waiting = null;
            bytes.release();
        }
        return taken > 0;
    }

    /** The first piece is never held back: of a connection with but one the system call is saved. */
    private void delayNoMore() throws IOException {
        if (delaying && ++writes == 2) {
            delaying = false;
            socket.setTcpNoDelay(true);
        }
    }

    /** Tells its peer that no more bytes come. */
    void endOutput() throws IOException {
        outputEnded = true;
        socket.shutdown(false, true);
    }

    /** Makes the coming close a reset. */
    void resetOnClose() {
        try {
            socket.setSoLinger(0);
        } catch (IOException e) {
            LOG.debug("a connection is closed in order", e);
        }
    }

    /** Closes the socket and gives its event loop back. */
    void release() {
        released = true;
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("close failed", e);
        }
        // Behind close(2), which takes the socket out of epoll.
        if (registration != null) {
            registration.cancel();
        }
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
    }

    /** The loop stops. */
    @Override
    public void close() {
        relay.closed(false);
    }
}
