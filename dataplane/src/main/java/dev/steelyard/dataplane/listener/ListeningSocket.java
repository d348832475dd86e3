package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.transport.AcceptingChannel;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.Keepalive;
import dev.steelyard.dataplane.transport.OpenFiles;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannelOption;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listening socket. One loop accepts, and hands the connections to all loops in turn.
 *
 * <p>When as many connections are open as the plan allows, it stops accepting: further clients wait in the kernel's queue, as they do with
 * HAProxy's {@code maxconn}, and are served as others leave. (NIO and io_uring may accept a few more that they had taken in one go.)
 */
final class ListeningSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ListeningSocket.class);

    /** The kernel caps it at {@code net.core.somaxconn}. */
    private static final int BACKLOG = 4096;

    /** After a failed accept, mostly for want of file descriptors. */
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

    /** For so long after the last failure it is told. */
    private static final Duration ALARM = Duration.ofSeconds(10);

    /**
     * While closing: handshakes under way have this long to end, and then this long nothing may have come. New ones are shut out meanwhile,
     * and would be tried again after a second: so it is long for a round trip, and short for a wait.
     */
    private static final Duration QUIET = Duration.ofMillis(500);

    /** The same where new handshakes cannot be shut out; then no longer than a second in all, as others come all the time. */
    private static final Duration UNFILTERED_QUIET = Duration.ofMillis(50);

    private static final int MOST_UNFILTERED_WAITS = 20;

    /** A process that got the socket and does not say within this time that it serves never will. */
    private static final Duration LENT = Duration.ofMinutes(2);

    private final ListenerKey key;
    private final EventLoops loops;
    private final ServerChannel channel;
    private final EventLoop loop;
    private final Runnable onProblem;
    private final Arrivals arrivals;
    private volatile LiveListener listener;
    private volatile boolean full;
    private volatile String problem = "";
    private volatile boolean passed;
    private volatile boolean lent;
    private volatile long lentAt;

    // On the accepting loop alone.
    private long lastAlarm;
    private boolean closing;
    private boolean filtered;
    private int unfilteredWaits;
    private int acceptedSinceTick;

    ListeningSocket(ListenerKey key, LiveListener listener, EventLoops loops, Runnable onProblem) {
        this(key, listener, loops, new ReflectiveChannelFactory<>(loops.serverSocket()).newChannel(), onProblem);
    }

    /**
     * @param channel of the class that {@code loops} drive, registered with none of them yet
     * @param onProblem run on the accepting loop when {@link #problem} has changed
     */
    ListeningSocket(
            ListenerKey key, LiveListener listener, EventLoops loops, ServerChannel channel, Runnable onProblem) {
        this.onProblem = onProblem;
        this.key = key;
        this.listener = listener;
        this.loops = loops;
        this.loop = loops.group().next();
        this.channel = channel;
        this.arrivals = new Arrivals(key, loops, this::mayAccept);
        channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setRecvByteBufAllocator(new AcceptBatch());
        Keepalive.probeAccepted(channel);
        channel.pipeline().addLast(new Acceptor());
    }

    ListenerKey key() {
        return key;
    }

    /** The listener that new connections go to. */
    LiveListener listener() {
        return listener;
    }

    /** Sends new connections to another listener. */
    void listener(LiveListener next) {
        LiveListener before = listener;
        listener = next;
        // A connection accepted meanwhile was counted in a task of the loop that ends before this one.
        loop.execute(before::acceptsNoMore);
        mayAccept();
    }

    /**
     * Allows another socket on an address that this one's includes (or the other way round). Never set without need: it would let a second
     * program of the same user take half of the connections, unnoticed.
     */
    void shareable() {
        if (channel instanceof NioServerSocketChannel) {
            channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        } else {
            channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
        }
    }

    /** Binds and begins to accept. If that fails the socket is closed. */
    ChannelFuture bind(SocketAddress address) {
        ChannelFuture registered = loop.register(channel).awaitUninterruptibly();
        if (!registered.isSuccess()) {
            return registered;
        }
        ChannelFuture bound = channel.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            channel.close().awaitUninterruptibly();
        }
        return bound;
    }

    /** Begins to accept on a socket that came bound, and listens already. */
    ChannelFuture adopt() {
        SynFilter.detach(channel);
        return loop.register(channel).awaitUninterruptibly();
    }

    /** What it is bound to. */
    InetSocketAddress bound() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** For another process, which may accept on it from now on; empty where this transport has none. */
    Optional<FileDescriptor> lend() {
        lentAt = System.nanoTime();
        lent = true;
        return channel instanceof AcceptingChannel epoll ? Optional.of(epoll.fd()) : Optional.empty();
    }

    /** Leaves all that connect from now on to the other process that holds this socket, or takes part again. */
    void passed(boolean toAnother) {
        passed = toAnother;
        lent = toAnother;
        loop.execute(() -> channel.config().setAutoRead(!toAnother && !full));
    }

    /** Connections that are accepted from now on are relayed with this idle timeout. */
    void idleTimeout(Duration idle) {
        Keepalive.userTimeout(channel, idle);
    }

    /** The limit on connections may have been raised. */
    void mayAccept() {
        if (full) {
            loop.execute(this::acceptUnlessFull);
        }
    }

    /**
     * Stops listening without resetting anybody: lets no new connection begin, accepts what waits, then closes.
     *
     * @return completes when the socket is closed
     */
    CompletableFuture<Void> stop() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        var _ = channel.closeFuture().addListener(done -> {
            listener.acceptsNoMore();
            closed.complete(null);
        });
        if (passed) {
            // Its queue, and a filter on it, would be the other process'.
            var _ = channel.close();
            return closed;
        }
        loop.execute(() -> {
            closing = true;
            unfilteredWaits = 0;
            boolean shared = lent && System.nanoTime() - lentAt < LENT.toNanos();
            // A filter would shut out the clients of the process that is about to take it over.
            filtered = !shared && SynFilter.attach(channel);
            if (!filtered && !shared) {
                LOG.debug("{}: this transport cannot shut out new connections before it stops to listen", key);
            }
            full = false;
            channel.config().setAutoRead(true);
            acceptedSinceTick = 0;
            closeWhenQuiet();
        });
        return closed;
    }

    /**
     * Undoes {@link #stop} if it is not too late.
     *
     * @return false if the socket is closed
     */
    boolean revive(LiveListener next) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            if (!channel.isOpen()) {
                                return false;
                            }
                            closing = false;
                            SynFilter.detach(channel);
                            LiveListener before = listener;
                            listener = next;
                            before.acceptsNoMore();
                            return true;
                        },
                        loop)
                .join();
    }

    /** Closes at once. */
    void close() {
        channel.close().awaitUninterruptibly();
    }

    private void closeWhenQuiet() {
        Duration quiet = filtered ? QUIET : UNFILTERED_QUIET;
        var _ = loop.schedule(this::closeIfQuiet, quiet.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void closeIfQuiet() {
        if (!closing) {
            return;
        }
        if (acceptedSinceTick == 0 || (!filtered && ++unfilteredWaits >= MOST_UNFILTERED_WAITS)) {
            var _ = channel.close();
        } else {
            acceptedSinceTick = 0;
            closeWhenQuiet();
        }
    }

    /** Why it does not accept connections at the moment, though nobody has asked for that; empty if it does. */
    String problem() {
        return problem;
    }

    private boolean isFull() {
        LiveListener current = listener;
        int most = current.plan().limits().maxConnections();
        return most > 0 && current.open() >= most && !closing;
    }

    /** Those of other sockets may end, which this one is not told: so it looks again. */
    private void pauseWhileExhausted() {
        channel.config().setAutoRead(false);
        OpenFiles files = loops.openFiles();
        alarm("this node has as many clients as its limit of open files allows (" + files.most()
                + "): raise the limit (ulimit -n, LimitNOFILE), or spread the load; further clients wait");
        resumeLater();
    }

    private void resumeLater() {
        var _ = loop.schedule(
                () -> {
                    if (!channel.isOpen() || full || passed) {
                        return;
                    }
                    if (loops.openFiles().exhausted() && !closing) {
                        resumeLater();
                    } else {
                        channel.config().setAutoRead(true);
                    }
                },
                ACCEPT_PAUSE.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Says so once; {@link #calm} takes it back. */
    private void alarm(String text) {
        lastAlarm = System.nanoTime();
        listener.acceptFailed();
        if (problem.isEmpty()) {
            LOG.warn("{}: {}", key, text);
            problem = text;
            onProblem.run();
            var _ = loop.schedule(this::calm, ALARM.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void calm() {
        long left = ALARM.toNanos() - (System.nanoTime() - lastAlarm);
        if (left > 0) {
            var _ = loop.schedule(this::calm, left, TimeUnit.NANOSECONDS);
        } else {
            LOG.info("{}: accepting connections again", key);
            problem = "";
            onProblem.run();
        }
    }

    private void acceptUnlessFull() {
        if (full && !isFull()) {
            full = false;
            channel.config().setAutoRead(!passed);
        }
    }

    private final class Acceptor extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Channel connection = (Channel) message;
            LiveListener to = listener;
            acceptedSinceTick++;
            to.accepted();
            arrivals.hand(connection, to);
            if (loops.openFiles().exhausted() && !closing) {
                pauseWhileExhausted();
            }
            if (isFull()) {
                full = true;
                ctx.channel().config().setAutoRead(false);
                // One may have ended just before.
                acceptUnlessFull();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.channel().config().setAutoRead(false);
            alarm("cannot accept connections, trying on: " + cause.getMessage());
            resumeLater();
        }
    }
}
