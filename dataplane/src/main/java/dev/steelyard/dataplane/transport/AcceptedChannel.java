package dev.steelyard.dataplane.transport;

import io.netty.channel.epoll.AbstractEpollStreamChannel;
import io.netty.channel.epoll.EpollChannelConfig;
import io.netty.channel.epoll.LinuxSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection that was accepted, under epoll. It reads, writes and closes as Netty's own channel does, whose code it runs, but asks the kernel
 * for nothing that is known (the client's address), that hardly anybody needs (sizes of buffers), or that nobody has set (the time to linger), and
 * sets nothing that the listening socket has passed on, as {@code TCP_NODELAY}: see {@link Keepalive#probeAccepted}.
 */
public final class AcceptedChannel extends AbstractEpollStreamChannel {

    private final EpollChannelConfig options;
    private final InetSocketAddress client;
    private final InetSocketAddress bound;
    private volatile @Nullable InetSocketAddress local;

    /**
     * @param descriptor which this closes when it is closed
     * @param bound what the listening socket is bound to
     */
    AcceptedChannel(int descriptor, InetSocketAddress client, InetSocketAddress bound) {
        // One that is not active is not asked for its addresses.
        super(LinuxSocket.newSocket(descriptor), false);
        this.active = true;
        this.client = client;
        this.bound = bound;
        // A socket bound to one address is connected to at no other.
        this.local = bound.getAddress().isAnyLocalAddress() ? null : bound;
        this.options = new AcceptedOptions(this);
    }

    @Override
    public EpollChannelConfig config() {
        return options;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return client;
    }

    /** The port that the client has connected to, which is known; {@link #localAddress} may have to ask the kernel. */
    public int localPort() {
        return bound.getPort();
    }

    /** If the connection is closed before anybody has asked, what the listening socket was bound to. */
    @Override
    protected SocketAddress localAddress0() {
        InetSocketAddress known = local;
        if (known == null) {
            InetSocketAddress asked = isOpen() ? socket.localAddress() : null;
            known = asked == null ? bound : asked;
            local = known;
        }
        return known;
    }
}
