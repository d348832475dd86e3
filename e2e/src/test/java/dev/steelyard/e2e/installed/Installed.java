package dev.steelyard.e2e.installed;

import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.StoppableCluster;
import dev.steelyard.e2e.network.LocalAddresses;
import dev.steelyard.e2e.network.NameServer;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * One installation that all tests of the whole share: an API server that they may stop, an operator that they may kill, and
 * a node. Every test leaves it running, and healthy; after one that fails it is mended ({@link InstalledCare}). It ends with
 * the last test class.
 */
public final class Installed implements AutoCloseable {
    private static volatile @Nullable Installed started;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final StoppableCluster cluster = Clusters.privateOne();
    private final NameServer names = NameServer.start();
    private final SteelyardProcess operator;
    private final Node node;

    private Installed() {
        operator = SteelyardProcess.operator(cluster.kubeconfig())
                // Under this name it goes on at once after it was killed: the Lease is its own.
                .arguments("--identity", "operator", "--sweep-grace", "2")
                .start();
        node = Node.start(cluster, "node-a", names);
        operator.awaitReady();
        // A dataplane is ready once it has a configuration.
        node.dataplane().awaitReady();
    }

    /** The installation; started by the first call, and by the first after it was ended: what failed is run again then. */
    public static synchronized Installed shared() {
        Installed shared = started;
        if (shared == null) {
            shared = new Installed();
            started = shared;
        }
        return shared;
    }

    /** The shared installation, if a test has asked for it. */
    static synchronized Optional<Installed> started() {
        return Optional.ofNullable(started);
    }

    /** Undoes what a test that failed may have done to it. */
    void heal() {
        cluster.revive();
        node.host().replug();
        operator.revive();
        node.dataplane().revive();
    }

    /** Fails if one of its programs has reported a leaked buffer since the last call. */
    void requireNoLeaks() {
        operator.requireNoLeaks();
        node.dataplane().requireNoLeaks();
    }

    /** Ends it; fails if one of its programs leaked a buffer. */
    @Override
    public void close() {
        forget(this);
        try (cluster;
                names;
                operator;
                node) {
            node.dataplane().showLeaks();
            operator.showLeaks();
            requireNoLeaks();
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very one
    private static synchronized void forget(Installed ended) {
        if (started == ended) {
            started = null;
        }
    }

    public StoppableCluster cluster() {
        return cluster;
    }

    public SteelyardProcess operator() {
        return operator;
    }

    public Node node() {
        return node;
    }

    /** The DNS server that the nodes ask. */
    public NameServer names() {
        return names;
    }

    /** Starts another node. */
    public Node startNode(String name) {
        return Node.start(cluster, name, names);
    }

    /** A namespace for one test, and what it sees there. */
    public Tenant tenant(String name) {
        return new Tenant(this, cluster.namespace(name));
    }

    /** A backend at an address that a cluster takes for an endpoint. */
    public static EchoServer backend(String name) {
        return EchoServer.start(name, LocalAddresses.nextV4(), Manifests.BACKEND_PORT);
    }

    /** Waits for a condition for at most 60 s, looking often. Exceptions count as not yet. */
    public static ConditionFactory eventually() {
        return await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions();
    }
}
