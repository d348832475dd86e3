package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.operator.resolve.Settings.PortRange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code steelyard operator}. */
@Command(
        name = "operator",
        description = "Compiles a cluster's VirtualServices, Pools and Policies for its nodes and writes their status.",
        mixinStandardHelpOptions = true)
public final class OperatorCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorCommand.class);
    private static final OperatorOptions DEFAULTS = OperatorOptions.defaults();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the cluster (default: as kubectl finds it, or the pod's service account).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description = "Look only at this namespace; may be repeated (default: all namespaces).")
    private List<String> namespaces = List.of();

    @Option(
            names = "--identity",
            paramLabel = "NAME",
            description = "Name of this replica, unique among those that run (default: host name and process).")
    private String identity = DEFAULTS.identity();

    @Option(
            names = "--lease-duration",
            paramLabel = "SECONDS",
            description = "How long a leader that is not heard of keeps the others waiting (default: 15).")
    private int leaseSeconds = (int) DEFAULTS.leaseDuration().toSeconds();

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description = "Where /healthz, /readyz and /metrics are served (default: all addresses, port 9091).")
    private @Nullable String admin;

    @Option(
            names = "--sweep-grace",
            paramLabel = "SECONDS",
            description = "How long snapshots stay that are not in force any more (default: 120).")
    private int sweepSeconds = (int) DEFAULTS.sweepGrace().toSeconds();

    @Option(
            names = "--allow-members",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "Blocks of addresses that pools may use though they are those of nodes, pods, Services or such.")
    private List<String> allowedMembers = List.of();

    @Option(
            names = "--deny-members",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "Further blocks that pools may not use: those of pods and Services where Nodes and ServiceCIDRs"
                            + " do not tell.")
    private List<String> deniedMembers = List.of();

    @Option(
            names = "--reserved-ports",
            paramLabel = "PORTS",
            split = ",",
            description = "Ports that no listener may have, such as 22,2379-2380"
                    + " (default: 22,2379-2380,6443,10248-10260; empty: none).")
    private @Nullable List<String> reservedPorts;

    @Option(
            names = "--dataplane-admin-port",
            paramLabel = "PORT",
            description = "The nodes' admin port, which no listener may have either; 0: none (default: 9090).")
    private int dataplaneAdminPort = DEFAULTS.settings().adminPort();

    @Override
    public Integer call() throws InterruptedException {
        OperatorOptions options;
        OperatorProgram program;
        try {
            options = options();
            program = OperatorProgram.start(options);
        } catch (IllegalArgumentException | IOException e) {
            LOG.error("cannot start: {}", e.getMessage());
            return 2;
        }
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    program.close();
                    // The JVM would end with 143 after SIGTERM, which says that something went wrong.
                    Runtime.getRuntime().halt(0);
                }));
        program.awaitFailure();
        LOG.error("a watch has ended for good: the process ends, to be started again");
        program.close();
        Runtime.getRuntime().halt(1);
        return 1;
    }

    OperatorOptions options() {
        return new OperatorOptions(
                Optional.ofNullable(kubeconfig),
                Set.copyOf(namespaces),
                identity,
                Duration.ofSeconds(leaseSeconds),
                admin == null ? DEFAULTS.admin() : address(admin),
                DEFAULTS.systemNamespace(),
                DEFAULTS.snapshotsNamespace(),
                Duration.ofSeconds(sweepSeconds),
                settings());
    }

    private Settings settings() {
        Settings defaults = DEFAULTS.settings();
        return new Settings(
                defaults.tenants(),
                blocks("--allow-members", allowedMembers),
                blocks("--deny-members", deniedMembers),
                reservedPorts == null
                        ? defaults.reservedPorts()
                        : parsed("--reserved-ports", "22 or 2379-2380", reservedPorts, PortRange::parse),
                dataplaneAdminPort,
                defaults.virtualAddresses());
    }

    private static List<Cidr> blocks(String option, List<String> texts) {
        return parsed(option, "10.0.0.0/8", texts, Cidr::parse);
    }

    private static <T> List<T> parsed(
            String option, String form, List<String> texts, Function<String, Optional<T>> parse) {
        return texts.stream()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> parse.apply(text)
                        .orElseThrow(
                                () -> new IllegalArgumentException(option + " " + text + ": not of the form " + form)))
                .toList();
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon >= 0) {
                String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
                int port = Integer.parseInt(text.substring(colon + 1));
                return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
            }
        } catch (NumberFormatException e) {
            // the message below says it
        }
        throw new IllegalArgumentException("--admin " + text + ": not of the form HOST:PORT");
    }
}
