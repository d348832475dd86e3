package dev.steelyard.dataplane.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of this process, numbered from 0. State that belongs to one loop is kept in arrays by that number. Immutable; safe
 * for all threads.
 */
public final class EventLoops implements AutoCloseable {

    private final Transport transport;
    private final EventLoopGroup group;
    private final List<EventLoop> loops;
    private final OpenFiles openFiles;
    private final Map<ThreadAwareExecutor, Turns> turns;

    private EventLoops(
            Transport transport, EventLoopGroup group, OpenFiles openFiles, Map<ThreadAwareExecutor, Turns> turns) {
        this.openFiles = openFiles;
        this.turns = turns;
        this.transport = transport;
        this.group = group;
        List<EventLoop> all = new ArrayList<>();
        for (EventExecutor executor : group) {
            all.add((EventLoop) executor);
        }
        this.loops = List.copyOf(all);
    }

    /** How sockets are driven. */
    public enum Transport {
        EPOLL,
        IO_URING,
        NIO;

        /** epoll where it is to be had, else NIO. */
        public static Transport preferred() {
            return Epoll.isAvailable() ? EPOLL : NIO;
        }
    }

    /**
     * Starts {@code threads} event loops.
     *
     * @throws IllegalStateException if the transport is not available here; the message says why
     */
    public static EventLoops start(Transport transport, int threads) {
        return start(transport, threads, OpenFiles.ofThisProcess());
    }

    /** The same with another bound on clients. */
    public static EventLoops start(Transport transport, int threads, OpenFiles openFiles) {
        DefaultThreadFactory threadFactory = new DefaultThreadFactory("loop", true);
        Map<ThreadAwareExecutor, Turns> turns = new HashMap<>();
        EventLoopGroup group = switch (transport) {
            case EPOLL -> {
                require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
                yield new MultiThreadIoEventLoopGroup(threads, threadFactory, EpollRegistrations.factory(turns::put));
            }
            case IO_URING -> {
                require(IoUring.isAvailable(), "io_uring", IoUring.unavailabilityCause());
                yield new MultiThreadIoEventLoopGroup(threads, threadFactory, IoUringIoHandler.newFactory());
            }
            case NIO -> new MultiThreadIoEventLoopGroup(threads, threadFactory, NioIoHandler.newFactory());
        };
        return new EventLoops(transport, group, openFiles, turns);
    }

    private static void require(boolean available, String name, Throwable cause) {
        if (!available) {
            throw new IllegalStateException(name + " is not available here: " + cause.getMessage(), cause);
        }
    }

    public Transport transport() {
        return transport;
    }

    /** How many loops there are. */
    public int size() {
        return loops.size();
    }

    /** The loop with that number. */
    public EventLoop get(int index) {
        return loops.get(index);
    }

    /** New deadlines for that loop, by its clock. */
    public Deadlines deadlines(int index) {
        EventLoop loop = loops.get(index);
        Turns of = turns.get(loop);
        return of == null ? new Deadlines(loop) : new Deadlines(loop, of::nanos);
    }

    /** Those of a loop under epoll, which can drive sockets without channels; null under another transport. */
    public @Nullable Turns turns(EventLoop loop) {
        return turns.get(loop);
    }

    /** All loops as one group, for binding and for handing out connections in turn. */
    public EventLoopGroup group() {
        return group;
    }

    /** The number of the loop that a channel is registered with. */
    public int indexOf(Channel channel) {
        return indexOf(channel.eventLoop());
    }

    /** The number of a loop. */
    public int indexOf(EventLoop loop) {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).equals(loop)) {
                return i;
            }
        }
        throw new IllegalArgumentException(loop + " is no loop of this process");
    }

    /** The class of listening sockets. */
    public Class<? extends ServerChannel> serverSocket() {
        return switch (transport) {
            case EPOLL -> AcceptingChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            case NIO -> NioServerSocketChannel.class;
        };
    }

    /**
     * Runs {@code action} once every loop has finished what it was doing when this was called: a loop that read something from a volatile
     * before has then done with it. From any thread; the action runs on one of the loops, or here if they have stopped.
     */
    public void afterTurn(Runnable action) {
        AtomicInteger left = new AtomicInteger(loops.size());
        Runnable turned = () -> {
            if (left.decrementAndGet() == 0) {
                action.run();
            }
        };
        for (EventLoop loop : loops) {
            try {
                loop.execute(turned);
            } catch (RejectedExecutionException e) {
                turned.run();
            }
        }
    }

    /** The class of connections that this process opens. */
    public Class<? extends SocketChannel> socket() {
        return switch (transport) {
            case EPOLL -> EpollSocketChannel.class;
            case IO_URING -> IoUringSocketChannel.class;
            case NIO -> NioSocketChannel.class;
        };
    }

    /** The class of UDP sockets. */
    public Class<? extends DatagramChannel> datagram() {
        return switch (transport) {
            case EPOLL -> EpollDatagramChannel.class;
            case IO_URING -> IoUringDatagramChannel.class;
            case NIO -> NioDatagramChannel.class;
        };
    }

    /**
     * Opens a connection on a loop, which is the calling thread's. Without a Bootstrap, which makes several objects and goes round the loop once.
     *
     * @param timeoutMillis 0: the system's own limit
     * @param prepare sets the channel up before it is registered
     * @return if it fails the channel is to be closed
     * @throws ChannelException if there is no socket to be had, for want of file descriptors
     */
    public ChannelFuture connect(EventLoop loop, InetSocketAddress to, int timeoutMillis, Consumer<Channel> prepare) {
        SocketChannel opened = newSocket(to);
        opened.config().setConnectTimeoutMillis(timeoutMillis);
        prepare.accept(opened);
        ChannelFuture registered = loop.register(opened);
        return registered.isDone() && !registered.isSuccess() ? registered : opened.connect(to);
    }

    private SocketChannel newSocket(InetSocketAddress to) {
        SocketChannel opened = switch (transport) {
            // A socket of IPv4 alone needs no call that makes it one of both.
            case EPOLL ->
                to.getAddress() instanceof Inet4Address
                        ? new EpollSocketChannel(SocketProtocolFamily.INET)
                        : new EpollSocketChannel();
            case IO_URING -> new IoUringSocketChannel();
            case NIO -> new NioSocketChannel();
        };
        if (transport == Transport.NIO) {
            // The others do so by themselves.
            opened.config().setTcpNoDelay(true);
        }
        return opened;
    }

    /**
     * Runs {@code told} on {@code loop}: at once if that is the calling thread. Netty tells of a socket that could not be made, for want of file
     * descriptors, on a thread of its own.
     */
    public static void onLoop(EventLoop loop, Runnable told) {
        if (loop.inEventLoop()) {
            told.run();
        } else {
            loop.execute(told);
        }
    }

    /** The files that clients of this process may take. */
    public OpenFiles openFiles() {
        return openFiles;
    }

    /** A UDP socket, still to be registered. */
    public DatagramChannel newDatagram() {
        return switch (transport) {
            case EPOLL -> new EpollDatagramChannel();
            case IO_URING -> new IoUringDatagramChannel();
            case NIO -> new NioDatagramChannel();
        };
    }

    /** Stops all loops; open channels are closed. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
