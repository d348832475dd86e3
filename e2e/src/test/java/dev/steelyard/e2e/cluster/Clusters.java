package dev.steelyard.e2e.cluster;

/** Gives tests their API servers. */
public final class Clusters {
    private Clusters() {}

    /**
     * The cluster that all test classes of this JVM use, each with namespaces of its own. Started by the first call; it
     * ends with the JVM.
     */
    public static Cluster shared() {
        return Shared.CLUSTER;
    }

    /** Initialised by the first use; a failure is remembered, so that it costs its time once. */
    private static final class Shared {
        static final Cluster CLUSTER = installed(start(Provider.shared(), "shared"));
    }

    /** A cluster for one test alone, which may stop its API server and closes it. */
    public static StoppableCluster privateOne() {
        return installed(bareOne());
    }

    /** The same, but it does not know Steelyard's kinds yet. */
    public static StoppableCluster bareOne() {
        return switch (start(Provider.ofPrivateClusters(), "private")) {
            case StoppableCluster stoppable -> stoppable;
            case GivenCluster given -> throw new IllegalStateException("not to be stopped: " + given.description());
        };
    }

    private static <C extends Cluster> C installed(C cluster) {
        Installation.apply(cluster);
        return cluster;
    }

    private static Cluster start(Provider provider, String name) {
        long begin = System.nanoTime();
        Cluster cluster = switch (provider) {
            case Provider.Kubeconfig(var file) -> new GivenCluster(file);
            case Provider.K3s() -> new K3sCluster();
            case Provider.Programs(var folder) -> new ProgramCluster(folder, name);
        };
        System.out.printf(
                "e2e: %s API server from %s, ready after %.1f s%n",
                name, cluster.description(), (System.nanoTime() - begin) / 1e9);
        return cluster;
    }
}
