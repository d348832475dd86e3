package dev.steelyard.dataplane.kubernetes;

import dev.steelyard.dataplane.Dataplane;
import dev.steelyard.dataplane.DataplaneOptions;
import dev.steelyard.dataplane.cache.CachingEndpointSource;
import dev.steelyard.dataplane.cache.CachingSnapshotSource;
import dev.steelyard.dataplane.cache.StateFolder;
import dev.steelyard.dataplane.cache.StateWriter;
import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dataplane of one node of a cluster, running: serves what the API server says, or, while that is away, what this node last served;
 * and tells the operator how it is. For all threads.
 */
public final class ClusterDataplane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterDataplane.class);

    /** How long the API server may take at the start before the node serves what it has kept. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How late it may be noticed that the API server has vanished without closing its connections. */
    private static final Duration WATCH_LIFE = Duration.ofSeconds(30);

    /** What was served within this time is served again at once: a process that runs may be as late as that too. */
    private static final Duration RECENT = WATCH_LIFE;

    /** How long changes are gathered before they are kept. */
    private static final Duration KEEP_DELAY = Duration.ofMillis(500);

    private final Dataplane dataplane;
    private final CompletableFuture<KubernetesClient> client;
    private final NodeReporter reporter;
    private final StateWriter writer;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ClusterDataplane(
            Dataplane dataplane,
            CompletableFuture<KubernetesClient> client,
            NodeReporter reporter,
            StateWriter writer,
            ScheduledExecutorService timer) {
        this.dataplane = dataplane;
        this.client = client;
        this.reporter = reporter;
        this.writer = writer;
        this.timer = timer;
    }

    /**
     * How the dataplane of a node runs.
     *
     * @param node name of the Node that it runs on
     * @param state folder for what is kept; private keys are in it, so it had better lie in memory (tmpfs)
     * @param dataplane the rest
     */
    public record Options(String node, Path state, DataplaneOptions dataplane) {}

    /**
     * Starts to serve. Waits neither for the API server nor for the client: what this node served a moment ago it serves again without them.
     *
     * @param connect makes the client, on a thread of its own, since it loads a library as large as all the rest: therefore not before what was
     *     served a moment ago is served again. Not closed by this; had better try a failed request again once at most, since all here try again
     *     themselves
     * @throws IOException if the state folder or the admin port cannot be had; the message says which, and why
     */
    public static ClusterDataplane start(Options options, Callable<KubernetesClient> connect) throws IOException {
        StateFolder folder = new StateFolder(options.state());
        boolean resumes = folder.servedWithin(RECENT, Instant.now());
        CompletableFuture<KubernetesClient> client = new CompletableFuture<>();
        Thread connecting = Thread.ofPlatform().name("client").daemon().unstarted(() -> connect(client, connect));
        if (!resumes) {
            connecting.start();
        }
        SnapshotSet kept = folder.readSnapshots();
        Map<ObjectKey, List<ServiceEndpoint>> keptEndpoints = folder.readEndpoints();
        Duration patience = resumes ? Duration.ZERO : PATIENCE;
        RandomGenerator random = RandomGenerator.getDefault();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("patience").daemon().factory());
        StateWriter writer = new StateWriter(folder, kept, keptEndpoints, KEEP_DELAY);
        try {
            Dataplane dataplane = Dataplane.start(
                    options.dataplane().withState(options.state()),
                    new CachingSnapshotSource(
                            new KubernetesSnapshotSource(client, kept, WATCH_LIFE, random),
                            kept,
                            writer,
                            timer,
                            patience),
                    new CachingEndpointSource(
                            new KubernetesEndpointSource(client, WATCH_LIFE, random),
                            keptEndpoints,
                            writer,
                            timer,
                            patience));
            NodeReporter reporter = new NodeReporter(client, options.node(), dataplane::report, InstantSource.system());
            dataplane.onSuccession(new Dataplane.Succession() {
                @Override
                public void succeeded() {
                    reporter.pause();
                }

                @Override
                public void forsaken() {
                    reporter.resume();
                }
            });
            // First to serve, then to tell of it, which takes as long; but a node with nothing to serve is alive too.
            CompletableFuture<Void> serving = dataplane.serving().copy();
            if (!dataplane.hasPredecessor()) {
                var _ = serving.completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (resumes) {
                // What another process serves is in force only when both serve the same: that may take the API server.
                var _ = (dataplane.hasPredecessor() ? CompletableFuture.<Void>completedFuture(null) : serving)
                        .thenRun(connecting::start);
            }
            var _ = serving.thenAcceptBoth(client, (_, _) -> {
                reporter.start();
                dataplane.onReportChange(report -> reporter.changed());
            });
            return new ClusterDataplane(dataplane, client, reporter, writer, timer);
        } catch (IOException | RuntimeException e) {
            timer.shutdownNow();
            writer.close();
            throw e;
        }
    }

    private static void connect(CompletableFuture<KubernetesClient> client, Callable<KubernetesClient> connect) {
        try {
            client.complete(connect.call());
        } catch (Exception e) {
            client.completeExceptionally(e);
        }
    }

    /** The client of the API server as soon as there is one; fails if none can be made. */
    public CompletableFuture<KubernetesClient> client() {
        return client.copy();
    }

    /** What runs. */
    public Dataplane dataplane() {
        return dataplane;
    }

    /**
     * Ends in good order, as SIGTERM asks for: takes no new connections, lets what is open finish, reports for the last time. Blocks.
     *
     * @param drainTimeout after this, what is still open is closed
     */
    public void stop(Duration drainTimeout) {
        try {
            dataplane.drain(drainTimeout).get(drainTimeout.toMillis() + 5_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("draining did not end in time: {}", e.toString());
        }
        close();
    }

    /** Ends at once; what is open is cut off. May be called again. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        reporter.close();
        dataplane.close();
        writer.close();
        timer.shutdownNow();
    }
}
