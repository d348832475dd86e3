package dev.steelyard.operator.cli;

import dev.steelyard.dataplane.DataplaneOptions;
import dev.steelyard.dataplane.admin.AdminOptions;
import dev.steelyard.dataplane.kubernetes.Cluster;
import dev.steelyard.dataplane.kubernetes.ClusterDataplane;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import dev.steelyard.operator.reconcile.Connection;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code steelyard dataplane}. */
@Command(
        name = "dataplane",
        description = {
            "Serves a cluster's virtual services on one of its nodes.",
            "While the API server is away it serves what it served last."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: stopped by SIGTERM or SIGINT, after draining",
            "1: the state folder or the admin port cannot be had; stderr says why"
        },
        footer = {
            "",
            "Environment: STEELYARD_ADMIN_TOKEN is what changes through the admin port have to bring as bearer token;",
            "without it there are none. STEELYARD_LOG_LEVEL (error, warn, info, debug) sets how much is logged."
        })
final class DataplaneCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(DataplaneCommand.class);

    @Option(names = "--node", paramLabel = "NAME", required = true, description = "Name of the Node that this runs on.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String node;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the cluster (default: as kubectl finds it, or the pod's service account).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            converter = HostAndPort.class,
            defaultValue = ":9090",
            description = "Where health, metrics and statistics are served (default: all addresses, port 9090).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private InetSocketAddress admin;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "/run/steelyard",
            description = {
                "Folder for what was served last, private keys among it: it had better lie in memory",
                "(default: ${DEFAULT-VALUE})."
            })
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path state;

    @Option(names = "--threads", paramLabel = "N", description = "Event loops (default: one for each core).")
    private @Nullable Integer threads;

    @Option(names = "--transport", description = "${COMPLETION-CANDIDATES} (default: epoll where it is to be had).")
    private @Nullable Transport transport;

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            description = {
                "File for the lines that policies have written of requests; it may be renamed to rotate it",
                "(default: standard output)."
            })
    private @Nullable Path accessLog;

    @Option(
            names = "--drain-timeout",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "30s",
            description = "How long what is open may take to finish when stopping (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Duration drainTimeout;

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = {
                "Made, empty, when this process serves, and until then not there: for a probe of its pod, since while one process",
                "takes over from another the admin port speaks for only one of them."
            })
    private @Nullable Path readyFile;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path told = readyFile;
        if (told != null) {
            Files.deleteIfExists(told);
        }
        LoggerFactory.getILoggerFactory(); // before two threads want to log
        ClusterDataplane running =
                ClusterDataplane.start(new ClusterDataplane.Options(node, state, options()), this::connect);
        Thread shutdown = Thread.ofPlatform().name("shutdown").unstarted(() -> {
            running.stop(drainTimeout);
            // The JVM would end with 143 after SIGTERM, which says that something went wrong.
            Runtime.getRuntime().halt(0);
        });
        if (told != null) {
            var _ = running.dataplane().serving().thenRun(() -> ready(told));
        }
        // Before the client is there: requests may be served already.
        Runtime.getRuntime().addShutdownHook(shutdown);
        try {
            running.client().get();
        } catch (ExecutionException e) {
            Runtime.getRuntime().removeShutdownHook(shutdown);
            running.close();
            throw new IOException(running.client().exceptionNow().getMessage(), e);
        }
        new CountDownLatch(1).await(); // the shutdown hook ends the process
        return 0;
    }

    private static void ready(Path file) {
        try {
            Files.write(file, new byte[0]);
        } catch (IOException e) {
            LOG.error("cannot make the ready file {}: {}", file, e.toString());
        }
    }

    private KubernetesClient connect() throws IOException {
        return new KubernetesClientBuilder()
                .withKubernetesSerialization(Cluster.kinds())
                .withConfig(Connection.config(Optional.ofNullable(kubeconfig)))
                .build();
    }

    private DataplaneOptions options() {
        String token = Objects.requireNonNullElse(System.getenv("STEELYARD_ADMIN_TOKEN"), "");
        DataplaneOptions options = DataplaneOptions.standard(Version.text())
                .withAdmin(new AdminOptions(admin, token, false))
                .withDrainTimeout(drainTimeout);
        options = threads == null ? options : options.withThreads(threads);
        options = transport == null ? options : options.withTransport(transport);
        return accessLog == null ? options : options.withAccessLog(accessLog);
    }
}
