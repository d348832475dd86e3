package dev.steelyard.dataplane;

import dev.steelyard.dataplane.accesslog.LogOutput;
import dev.steelyard.dataplane.accesslog.LogWriter;
import dev.steelyard.dataplane.admin.AdminServer;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.handover.Estate;
import dev.steelyard.dataplane.handover.Handover;
import dev.steelyard.dataplane.http.HttpEngine;
import dev.steelyard.dataplane.listener.Listeners;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.pool.LivePools;
import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.dataplane.source.SnapshotSource;
import dev.steelyard.dataplane.tcp.ConnectionLog;
import dev.steelyard.dataplane.tcp.PassThroughEngine;
import dev.steelyard.dataplane.tcp.TcpEngine;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.snapshot.NodeReport;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's load balancer, running. For all threads.
 *
 * <p>Event loops serve traffic and never wait. One control thread takes in snapshots, endpoints and the results of health checks, and puts
 * in force what follows from them by writing volatiles that the event loops read.
 */
public final class Dataplane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Dataplane.class);

    private static final Duration ADMIN_RETRY = Duration.ofMillis(200);

    private final SnapshotSource snapshots;
    private final EndpointSource endpoints;
    private final EventLoops loops;
    private final ScheduledThreadPoolExecutor thread;
    private final Meters meters;
    private final LogWriter accessLog;
    private final LivePools pools;
    private final Control control;
    private final DataplaneOptions options;
    private final @Nullable Handover handover;
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private volatile Succession succession = Succession.UNNOTICED;
    private volatile @Nullable AdminServer admin;

    private Dataplane(DataplaneOptions options, SnapshotSource snapshots, EndpointSource endpoints) throws IOException {
        this.options = options;
        this.handover = options.files().state().isPresent() && Epoll.isAvailable()
                ? Handover.in(options.files().state().get())
                : null;
        this.snapshots = snapshots;
        this.endpoints = endpoints;
        this.loops = EventLoops.start(options.transport(), options.threads());
        this.thread = controlThread();
        this.meters = new Meters();
        this.pools = LivePools.on(loops, options.allowLocalAddresses(), meters::endpoints, thread);
        this.accessLog = LogWriter.start(
                LogOutput.to(options.files().accessLog()), loops.size(), InstantSource.system(), meters.accessLog());
        HttpEngine http =
                new HttpEngine(loops, new SplittableRandom(), InstantSource.system(), meters.unmatched(), accessLog);
        List<ConnectionLog> logs = ConnectionLog.perLoop(loops, new SplittableRandom(), accessLog);
        TcpEngine tcp = new TcpEngine(loops, logs);
        Listeners.Engines engines = new Listeners.Engines(http::initialise, tcp, new PassThroughEngine(tcp));
        this.control = new Control(
                options, loops, engines, logs, pools, meters, handover == null ? _ -> null : handover::inherit, thread);
    }

    private static ScheduledThreadPoolExecutor controlThread() {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("control").daemon().factory());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRemoveOnCancelPolicy(true);
        return thread;
    }

    /**
     * Starts to serve what the sources deliver. They are closed with the dataplane.
     *
     * @throws IOException if the admin port cannot be opened
     * @throws IllegalStateException if the transport is not available here
     */
    public static Dataplane start(DataplaneOptions options, SnapshotSource snapshots, EndpointSource endpoints)
            throws IOException {
        Dataplane dataplane = new Dataplane(options, snapshots, endpoints);
        try {
            if (dataplane.hasPredecessor()) {
                dataplane.control.besideAnother();
            } else {
                dataplane.openAdmin();
            }
            var _ = dataplane.control.first().thenRun(dataplane::takeOver);
            endpoints.start(dataplane.control.endpointReceiver());
            snapshots.start(dataplane.control::receive);
            return dataplane;
        } catch (IOException | RuntimeException e) {
            dataplane.close();
            throw e;
        }
    }

    private void openAdmin() throws IOException {
        if (options.admin().isPresent() && admin == null) {
            admin = AdminServer.start(options.admin().get(), control, meters);
        }
    }

    /** The port may still be another process', which is about to let go. */
    private void openAdminSoon(Runnable then) {
        thread.execute(() -> {
            try {
                openAdmin();
                then.run();
            } catch (IOException e) {
                LOG.warn("{}; trying again", e.getMessage());
                var _ = thread.schedule(() -> openAdminSoon(then), ADMIN_RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        });
    }

    private void takeOver() {
        Handover shared = handover;
        if (shared == null) {
            serving.complete(null);
            return;
        }
        var _ = shared.takeOver()
                .thenRunAsync(
                        () -> {
                            control.retryListeners();
                            shared.offer(new Whole());
                            openAdminSoon(() -> serving.complete(null));
                        },
                        thread);
    }

    /** What there is to be told when another process takes over. */
    public interface Succession {

        /** For whom it makes no difference. */
        Succession UNNOTICED = new Succession() {
            @Override
            public void succeeded() {}

            @Override
            public void forsaken() {}
        };

        /** The next process serves new connections; this one still has those that are open. */
        void succeeded();

        /** The next process has ended before this one was stopped: this one serves again. */
        void forsaken();
    }

    /** Has {@code told} told when another process takes over, on any thread; it is not to wait. */
    public void onSuccession(Succession told) {
        succession = told;
    }

    /** Whether another process served on this node when this one started: until {@link #serving} it still speaks for the node. */
    public boolean hasPredecessor() {
        return handover != null && handover.hasPredecessor();
    }

    /** Completes when the first configuration is in force and what ran here before, if anything, has let go of it all. */
    public CompletableFuture<Void> serving() {
        return serving;
    }

    /** Everything that passes on, the admin port with it. */
    private final class Whole implements Estate {

        @Override
        public CompletionStage<Void> lend(Consumer<List<FileDescriptor>> send) {
            return control.lend(send);
        }

        @Override
        public CompletionStage<Void> succeeded(Set<String> sockets) {
            return control.succeeded(sockets).thenRunAsync(() -> {
                closeAdmin();
                succession.succeeded();
            });
        }

        @Override
        public void forsaken() {
            control.forsaken();
            openAdminSoon(succession::forsaken);
        }
    }

    private void closeAdmin() {
        AdminServer open = admin;
        admin = null;
        if (open != null) {
            open.close();
        }
    }

    /** Whether the first configuration is in force, every listener that can be bound is, and the node is not draining. */
    public boolean ready() {
        return control.readiness().ready();
    }

    /** What this node says of itself now. */
    public NodeReport report() {
        return control.report();
    }

    /** Has {@code receiver} take the report as it is now, and each one that differs from the one before; on the control thread. */
    public void onReportChange(Consumer<NodeReport> receiver) {
        control.onReportChange(receiver);
    }

    /** The ports of the bound sockets; they differ from their keys' only where that is 0. */
    public Map<ListenerKey, Integer> ports() {
        return control.ports();
    }

    /** Where the admin port listens. */
    public Optional<InetSocketAddress> adminAddress() {
        return Optional.ofNullable(admin).map(AdminServer::address);
    }

    /** What this node counts. */
    public Meters meters() {
        return meters;
    }

    /**
     * Stops listening, and lets what is open finish: HTTP connections close with their next response. From now on no configuration is
     * applied; endpoints are followed still.
     *
     * @param timeout after this, what is still open is closed
     * @return completes when nothing is open any more, and its access log is written
     */
    public CompletableFuture<Void> drain(Duration timeout) {
        return control.drain(timeout).thenRun(accessLog::flush);
    }

    /** Stops at once; what is open is cut off. May be called twice. */
    @Override
    public void close() {
        snapshots.close();
        endpoints.close();
        closeAdmin();
        if (!thread.isShutdown()) {
            thread.execute(control::close);
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.close();
        accessLog.close();
        // Last: the end of this is what tells the process before that it serves again.
        if (handover != null) {
            handover.close();
        }
    }
}
