package dev.steelyard.operator.cli;

import dev.steelyard.dataplane.DataplaneOptions;
import dev.steelyard.dataplane.admin.AdminOptions;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import dev.steelyard.operator.standalone.Standalone;
import dev.steelyard.operator.standalone.StandaloneOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code steelyard run}. */
@Command(
        name = "run",
        description = {
            "Serves what files say, without a cluster, and follows them when they change.",
            "A line that begins with \"ready\" tells on stdout that every listener is bound."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0: stopped by SIGTERM or SIGINT, after draining", "2: nothing valid to serve; stderr says why"
        },
        footer = {
            "",
            "Environment: STEELYARD_ADMIN_TOKEN is what changes through the admin port have to bring as bearer token;",
            "without it there are none. STEELYARD_LOG_LEVEL (error, warn, info, debug) sets how much is logged."
        })
final class RunCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private FileOptions files;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            converter = HostAndPort.class,
            defaultValue = "127.0.0.1:9090",
            description = "Where health, metrics and statistics are served (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private InetSocketAddress admin;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = {
                "Folder through which the next process takes over: started with the same one, it gets the listening",
                "sockets of this process, which then finishes what is open and ends. No client is turned away."
            })
    private @Nullable Path state;

    @Option(names = "--threads", paramLabel = "N", description = "Event loops (default: one for each core).")
    private @Nullable Integer threads;

    @Option(names = "--transport", description = "${COMPLETION-CANDIDATES} (default: epoll where it is to be had).")
    private @Nullable Transport transport;

    @Option(names = "--no-vip", description = "It is meant that virtual addresses are all local ones.")
    private boolean noVip;

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

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<Standalone> started = Standalone.start(options(), InstantSource.system(), System.out, System.err);
        if (started.isEmpty()) {
            return 2;
        }
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> stop(started.get())));
        started.get().onSucceeded(() -> System.exit(0));
        new CountDownLatch(1).await(); // the shutdown hook ends the process
        return 0;
    }

    /** The JVM would end with 143 after SIGTERM, which says that something went wrong. */
    private void stop(Standalone standalone) {
        try {
            standalone.drain(drainTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private StandaloneOptions options() {
        String token = Objects.requireNonNullElse(System.getenv("STEELYARD_ADMIN_TOKEN"), "");
        DataplaneOptions options = DataplaneOptions.standard(Version.text())
                .withAdmin(new AdminOptions(admin, token, false))
                .withDrainTimeout(drainTimeout);
        options = state == null ? options : options.withState(state);
        options = threads == null ? options : options.withThreads(threads);
        options = transport == null ? options : options.withTransport(transport);
        options = accessLog == null ? options : options.withAccessLog(accessLog);
        return new StandaloneOptions(files.paths, options, noVip);
    }
}
