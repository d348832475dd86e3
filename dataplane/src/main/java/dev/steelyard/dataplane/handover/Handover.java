package dev.steelyard.dataplane.handover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upgrade on one node: the listening sockets pass from the process that serves to the one that follows it, over a Unix socket in the state
 * folder. A listening socket has one queue of connections however many processes hold it, so none that a client opens is lost, which
 * closing it, or sharing the port between sockets, cannot promise.
 *
 * <p>In the life of a process: {@link #in} gets the sockets of the one before, {@link #inherit} uses them, {@link #takeOver} tells that one
 * to leave clients to this, {@link #offer} waits for the next. Should the next one end while this still runs, this serves again.
 */
public final class Handover implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private static final String SOCKET = "handover.sock";
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    /** How long the process before may take to answer; one that does not is taken for dead. */
    private static final int ANSWER_SECONDS = 5;

    /** {@code sun_path} has 108 octets with the last 0 (unix(7)). */
    private static final int MAX_PATH = 107;

    private final EventLoopGroup group;
    private final Path path;
    private final Inheritance inheritance = new Inheritance();
    private @Nullable Predecessor predecessor;
    private volatile @Nullable SuccessorServer server;
    private volatile boolean closed;

    private Handover(EventLoopGroup group, Path path) {
        this.group = group;
        this.path = path;
    }

    /**
     * Gets the sockets of the process that serves with this state folder, if there is one. Blocks until they are there.
     *
     * @param folder made if absent; closed to other users
     * @throws IOException if the folder cannot be had
     */
    public static Handover in(Path folder) throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
        Files.setPosixFilePermissions(folder, PRIVATE);
        Path path = folder.resolve(SOCKET);
        int length = path.toString().getBytes(UTF_8).length;
        if (length > MAX_PATH) {
            throw new IOException("the name of the state folder is too long: " + path + " has " + length
                    + " octets, and a socket's name may have " + MAX_PATH);
        }
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("handover", true), EpollIoHandler.newFactory());
        Handover handover = new Handover(group, path);
        handover.find();
        return handover;
    }

    private void find() {
        if (!Files.exists(path)) {
            return;
        }
        Predecessor before = new Predecessor(group, new DomainSocketAddress(path.toString()));
        try {
            List<FileDescriptor> sockets = before.take().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            sockets.forEach(inheritance::add);
            predecessor = before;
            LOG.info("got {} listening sockets from the process before", sockets.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.debug("nobody listens on {}", path, e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("the process before does not answer on {}, starting without its sockets", path);
        }
    }

    /** Whether another process serves now. */
    public boolean hasPredecessor() {
        return predecessor != null;
    }

    /**
     * A socket of the process before that is bound to exactly {@code address} and listens, registered with no loop yet; null if there is none.
     * Control thread, before {@link #takeOver}.
     */
    public @Nullable ServerChannel inherit(InetSocketAddress address) {
        return inheritance.use(address);
    }

    /**
     * Tells the process before that what was {@link #inherit}ed is served here now. Control thread.
     *
     * @return completes when that process has let go of all else, or has ended; at once if there is none
     */
    public CompletableFuture<Void> takeOver() {
        inheritance.closeUnused();
        Predecessor before = predecessor;
        return before == null
                ? CompletableFuture.completedFuture(null)
                : before.succeed(inheritance.used()).completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits for the next process from now on, and gives it what {@code estate} has. */
    public void offer(Estate estate) {
        try {
            server = SuccessorServer.start(group, path, new Passing(estate));
        } catch (IOException e) {
            LOG.error("the next process will not get the listening sockets", e);
        }
    }

    private final class Passing implements Estate {

        private final Estate estate;

        Passing(Estate estate) {
            this.estate = estate;
        }

        @Override
        public CompletionStage<Void> lend(Consumer<List<FileDescriptor>> send) {
            return estate.lend(send);
        }

        @Override
        public CompletionStage<Void> succeeded(Set<String> sockets) {
            return estate.succeeded(sockets).thenCompose(_ -> {
                SuccessorServer done = server;
                server = null;
                return done == null ? CompletableFuture.completedFuture(null) : done.close();
            });
        }

        @Override
        public void forsaken() {
            if (!closed) {
                LOG.warn("the next process has ended: serving again");
                estate.forsaken();
                // Binding waits, which the thread that called may not.
                Thread.ofVirtual().start(() -> offer(estate));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        SuccessorServer open = server;
        if (open != null) {
            open.close().join();
        }
        Predecessor before = predecessor;
        if (before != null) {
            before.close();
        }
        inheritance.closeUnused();
        var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
