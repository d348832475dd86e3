package dev.steelyard.operator.standalone;

import dev.steelyard.dataplane.Dataplane;
import dev.steelyard.dataplane.admin.AdminOptions;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.operator.resolve.Settings.VirtualAddresses;
import dev.steelyard.operator.standalone.Loader.Loaded;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code steelyard run}: serves what files say, and follows them. For all threads. */
public final class Standalone implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);

    private final Loader loader;
    private final PrintStream out;
    private final PrintStream err;
    private Loaded loaded;
    private final FileSource source;
    private final Dataplane dataplane;
    private @Nullable FileWatcher watcher;
    private Set<Complaint> known = new HashSet<>();
    private List<ListenerFailure> failures = List.of();
    private boolean ready;

    private Standalone(Loader loader, Loaded first, StandaloneOptions options, PrintStream out, PrintStream err)
            throws IOException {
        this.loader = loader;
        this.loaded = first;
        this.out = out;
        this.err = err;
        this.source = new FileSource(first);
        this.dataplane =
                Dataplane.start(options.dataplane().withLocalAddresses(), source.snapshots(), source.endpoints());
    }

    /**
     * Begins to serve. Once every listener is bound, {@code out} gets a line that begins with {@code ready}; {@code err} gets a line for all that
     * is wrong, now and later.
     *
     * @return empty if there is nothing valid to serve
     * @throws IOException if the admin port cannot be opened, or files cannot be watched
     */
    public static Optional<Standalone> start(
            StandaloneOptions options, InstantSource clock, PrintStream out, PrintStream err) throws IOException {
        int adminPort = options.dataplane()
                .admin()
                .map(AdminOptions::address)
                .map(InetSocketAddress::getPort)
                .orElse(0);
        VirtualAddresses virtualAddresses = options.noVip() ? VirtualAddresses.IGNORED : VirtualAddresses.REPLACED;
        FileSet files = new FileSet(options.paths());
        Loader loader = new Loader(files, Settings.standalone(adminPort, virtualAddresses), clock);
        Loaded first = loader.load();
        if (first.snapshots().isEmpty()) {
            first.complaints().forEach(err::println);
            err.println("there is nothing valid to serve");
            return Optional.empty();
        }
        Standalone standalone = new Standalone(loader, first, options, out, err);
        try {
            standalone.complain(first);
            standalone.watcher = new FileWatcher(options.paths(), files::files, standalone::reload);
            standalone.dataplane.onReportChange(standalone::reported);
            var _ = standalone.dataplane.serving().thenRun(standalone::serving);
            return Optional.of(standalone);
        } catch (IOException | RuntimeException e) {
            standalone.close();
            throw e;
        }
    }

    /** Has {@code action} run on a thread of its own when another process has taken over: what is left is to {@link #drain}. */
    public void onSucceeded(Runnable action) {
        dataplane.onSuccession(new Dataplane.Succession() {
            @Override
            public void succeeded() {
                Thread.ofPlatform().name("succeeded").start(action);
            }

            @Override
            public void forsaken() {}
        });
    }

    /** The dataplane that serves. */
    Dataplane dataplane() {
        return dataplane;
    }

    private synchronized void reload() {
        try {
            Loaded next = loader.load();
            complain(next);
            loaded = next;
            if (source.update(next)) {
                LOG.info("files have changed: revision {}", source.revision());
            }
        } catch (RuntimeException e) {
            LOG.error("cannot take in the changed files; what was in force stays", e);
        }
    }

    /** Says what has not been said before. */
    private synchronized void complain(Loaded next) {
        next.complaints().stream().filter(one -> !known.contains(one)).forEach(err::println);
        known = new HashSet<>(next.complaints());
    }

    private void serving() {
        reported(dataplane.report());
    }

    private synchronized void reported(NodeReport report) {
        report.listenerFailures().stream()
                .filter(failure -> !failures.contains(failure))
                .forEach(failure -> err.println("VirtualService " + failure.virtualService() + ", listener "
                        + failure.listener() + ": " + failure.reason()));
        failures = report.listenerFailures();
        if (!ready
                && failures.stream().allMatch(ListenerFailure::http3)
                && dataplane.serving().isDone()
                && report.appliedRevision() >= source.revision()) {
            ready = true;
            out.println("ready " + ServedUrls.of(loaded.snapshots().values(), dataplane.adminAddress()));
            out.flush();
        }
    }

    /**
     * Takes no more connections, lets what is open finish, and ends.
     *
     * @param limit after this, what is still open is cut off
     */
    public void drain(Duration limit) throws InterruptedException {
        closeWatcher();
        try {
            dataplane.drain(limit).get(limit.plusSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("not everything that was open has ended", e);
        }
        dataplane.close();
    }

    /** Ends at once. */
    @Override
    public void close() {
        closeWatcher();
        dataplane.close();
    }

    private void closeWatcher() {
        FileWatcher open = watcher;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("closing the watcher", e);
            }
        }
    }
}
