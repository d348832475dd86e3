package dev.steelyard.dataplane.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link by a bare socket, under epoll. What it receives is in the loop's own buffer, where it stays only until the receiver has returned: so
 * a datagram goes from kernel to kernel with nothing allocated for it.
 */
final class SocketLink implements Link, EpollIoHandle {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLink.class);

    /** Of one that sends many, so many are read at once. */
    private static final int BURST = 16;

    private final SocketLoop loop;
    private final Receiver receiver;
    private final UdpDescriptor socket;
    private final long registeredIn;
    private final IoRegistration registration;
    private long lastRead;
    private boolean closed;

    /** A socket that Netty's epoll drives and no channel of it. */
    private static final class UdpDescriptor extends Socket {

        UdpDescriptor(InetAddress to) {
            super(newSocketDgram0(to instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6));
        }
    }

    /**
     * @param local where it is bound, shared with others of ours; null: wherever the kernel likes
     * @throws ChannelException if there can be none, for want of file descriptors or ports
     */
    SocketLink(
            SocketLoop loop,
            IoEventLoop eventLoop,
            Receiver receiver,
            InetSocketAddress peer,
            @Nullable InetSocketAddress local) {
        this.loop = loop;
        this.receiver = receiver;
        this.registeredIn = loop.turns().count();
        this.socket = new UdpDescriptor(peer.getAddress());
        try {
            if (local != null) {
                socket.setReusePort(true);
                socket.bind(local);
            }
            socket.connect(peer);
            Future<IoRegistration> registered = eventLoop.register(this);
            if (!registered.isSuccess()) {
                throw new IOException("the event loop does not take a socket", registered.cause());
            }
            registration = registered.getNow();
            // For levels, not edges: most often one datagram has come, and no call is needed to learn that there are no
            // more.
            registration.submit(EpollIoOps.EPOLLIN);
        } catch (IOException e) {
            discard();
            throw new ChannelException("cannot connect to " + peer, e);
        }
    }

    private void discard() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("close failed", e);
        }
    }

    @Override
    public Socket fd() {
        return socket;
    }

    @Override
    public boolean send(ByteBuf datagram) {
        try {
            int length = datagram.readableBytes();
            ByteBuffer bytes = datagram.internalNioBuffer(datagram.readerIndex(), length);
            return socket.send(bytes, bytes.position(), bytes.limit()) > 0;
        } catch (IOException e) {
            if (!closed) {
                receiver.failed(e);
            }
            return false;
        } finally {
            datagram.release();
        }
    }

    @Override
    public boolean isBuffered() {
        return false;
    }

    @Override
    public void flush() {}

    @Override
    public void handle(IoRegistration told, IoEvent event) {
        long turn = loop.turns().count();
        if (closed || turn == registeredIn) {
            // Of another socket that had this one's number before it was closed in the same turn.
            return;
        }
        int most = turn == lastRead + 1 ? BURST : 1;
        lastRead = turn;
        try {
            for (int i = 0; i < most && !closed && receive(); i++) {
                // The next.
            }
        } catch (IOException e) {
            receiver.failed(e);
        } catch (RuntimeException e) {
            LOG.error("a datagram is lost", e);
        }
        receiver.receivedAll();
    }

    /** @return whether there may be more */
    private boolean receive() throws IOException {
        int length = socket.recvAddress(loop.address(), 0, SocketLoop.BUFFER_BYTES);
        if (length > 0) {
            receiver.received(loop.buffer().setIndex(0, length).retain());
        }
        return length != 0;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            discard();
            // Behind close(2), which takes the socket out of epoll.
            registration.cancel();
        }
    }
}
