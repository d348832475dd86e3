package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.resolve.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How an operator runs.
 *
 * @param kubeconfig absent: the usual chain (KUBECONFIG, ~/.kube/config, the pod's service account)
 * @param namespaces whose objects count; empty: all
 * @param identity of this replica, unique among those that run
 * @param leaseDuration for which a leader that is not heard of any more keeps the others waiting
 * @param admin where health and metrics are served; port 0: any free one
 * @param systemNamespace where Leases are
 * @param snapshotsNamespace where snapshots and their index are
 * @param sweepGrace how long a snapshot stays that no index names any more
 * @param settings what the administrator decides for tenants
 */
public record OperatorOptions(
        Optional<Path> kubeconfig,
        Set<String> namespaces,
        String identity,
        Duration leaseDuration,
        InetSocketAddress admin,
        String systemNamespace,
        String snapshotsNamespace,
        Duration sweepGrace,
        Settings settings) {

    public OperatorOptions {
        namespaces = Set.copyOf(namespaces);
    }

    /** The defaults, for all namespaces. */
    public static OperatorOptions defaults() {
        return new OperatorOptions(
                Optional.empty(),
                Set.of(),
                defaultIdentity(),
                Duration.ofSeconds(15),
                new InetSocketAddress(9091),
                "steelyard-system",
                "steelyard-snapshots",
                Duration.ofMinutes(2),
                Settings.cluster());
    }

    /**
     * Host and process: in a container that is the pod's name and a number that stays the same when the container restarts, so that a
     * restarted leader goes on without waiting for its own Lease to run out.
     */
    private static String defaultIdentity() {
        String host = System.getenv("HOSTNAME");
        if (host == null || host.isEmpty()) {
            try {
                host = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                host = "unknown";
            }
        }
        return host + "-" + ProcessHandle.current().pid();
    }
}
