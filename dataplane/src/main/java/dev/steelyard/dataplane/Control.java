package dev.steelyard.dataplane;

import dev.steelyard.dataplane.admin.view.RecentEvents;
import dev.steelyard.dataplane.admin.view.Served;
import dev.steelyard.dataplane.edition.Build;
import dev.steelyard.dataplane.edition.EditionBuilder;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.OpenPorts;
import dev.steelyard.dataplane.handover.Estate;
import dev.steelyard.dataplane.listener.Listeners;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.pool.AdminState;
import dev.steelyard.dataplane.pool.LivePools;
import dev.steelyard.dataplane.quic.QuicListener;
import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.tcp.ConnectionLog;
import dev.steelyard.dataplane.tls.TlsContexts;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.udp.UdpListeners;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.ObjectKey;
import io.netty.channel.unix.FileDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the control thread does. Public methods may be called from any thread; whatever changes something runs on the control thread.
 *
 * <p>A set of snapshots is put in force in steps that each leave a node that serves: build the next edition aside, bind its new sockets,
 * swap the plans of the others, let the removed ones drain, retire the edition before; then the revision is acknowledged.
 */
final class Control implements Served, Estate {

    private static final Logger LOG = LoggerFactory.getLogger(Control.class);

    /** A key of this node's own encrypts for as long, and decrypts for twice as long after. */
    private static final long TICKET_KEY_HOURS = 8;
    /** How long the first configuration waits for the endpoints of Services, and for names to resolve. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration NAMES_POLL = Duration.ofMillis(10);

    private final ScheduledExecutorService thread;
    private final LivePools pools;
    private final Meters meters;
    private final TlsContexts contexts;
    private final EditionBuilder builder;
    private final OpenPorts open = new OpenPorts();
    private final Sockets sockets;
    private final String version;
    private final AtomicReference<@Nullable SnapshotSet> pending = new AtomicReference<>();
    private final List<Consumer<NodeReport>> receivers = new ArrayList<>();
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private boolean endpointsKnown;
    private boolean awaitingEndpoints;
    private boolean beginning;
    private Build build = Build.EMPTY;
    private boolean sharesTicketKeys;
    private RefusedIndex refused = RefusedIndex.NONE;
    private final RecentEvents events = new RecentEvents();
    private volatile NodeReport report;
    private volatile Map<ListenerKey, Integer> ports = Map.of();
    private volatile boolean applied;
    private volatile boolean draining;
    private volatile boolean succeeded;

    Control(
            DataplaneOptions options,
            EventLoops loops,
            Listeners.Engines engines,
            List<ConnectionLog> logs,
            LivePools pools,
            Meters meters,
            Listeners.Inheritance inheritance,
            ScheduledExecutorService thread) {
        this.thread = thread;
        this.pools = pools;
        this.meters = meters;
        this.version = options.version();
        this.contexts = new TlsContexts();
        this.builder = new EditionBuilder(pools::apply, contexts, meters, open);
        this.sockets = new Sockets(
                new Listeners(
                        loops, engines, meters, thread, options.drainTimeout(), inheritance, this::listenersChanged),
                new UdpListeners(
                        loops,
                        logs,
                        meters,
                        thread,
                        options.drainTimeout(),
                        this::listenersChanged,
                        (key, plan, counted) ->
                                new QuicListener(key, (ListenerPlan.Quic) plan, loops, engines.http(), counted)));
        this.report = Reports.of(version, build, refused, Map.of(), List.of(), List.of());
        pools.onChange(this::renewReport);
        var _ = thread.scheduleAtFixedRate(this::renewTicketKeys, TICKET_KEY_HOURS, TICKET_KEY_HOURS, TimeUnit.HOURS);
    }

    /** Where nobody gives keys to share, this node's own change all the same. */
    private void renewTicketKeys() {
        if (!sharesTicketKeys) {
            contexts.ticketKeys(contexts.ticketKeys().successor());
        }
    }

    /** Takes the snapshots to put in force. Where several sets come before the control thread gets to it, the last one counts. */
    void receive(SnapshotSet set) {
        SnapshotSet waiting = pending.getAndAccumulate(
                set, (before, now) -> before != null && now != null && before.epoch() > now.epoch() ? before : now);
        if (waiting == null) {
            thread.execute(this::applyPending);
        }
    }

    /** All endpoints that are known have been received. Until then no listener opens, lest requests come too early. */
    private void endpointsKnown() {
        thread.execute(() -> {
            if (!endpointsKnown) {
                endpointsKnown = true;
                if (awaitingEndpoints) {
                    applyPending();
                }
            }
        });
    }

    /** Another process is bound to what this one is to bind, until {@link #retryListeners}. */
    void besideAnother() {
        thread.execute(() -> sockets.datagrams().besideAnother(true));
    }

    /** Completes, on the control thread, when the first configuration is in force. */
    CompletableFuture<Void> first() {
        return first;
    }

    /** Binds at once what could not be bound so far. */
    void retryListeners() {
        thread.execute(() -> {
            sockets.datagrams().besideAnother(false);
            sockets.retryNow();
            listenersChanged();
        });
    }

    /** What takes the endpoints of Services. */
    EndpointSource.Receiver endpointReceiver() {
        return new EndpointSource.Receiver() {
            @Override
            public void endpoints(ObjectKey service, List<ServiceEndpoint> endpoints) {
                receive(service, endpoints);
            }

            @Override
            public void synced() {
                endpointsKnown();
            }
        };
    }

    private void receive(ObjectKey service, List<ServiceEndpoint> endpoints) {
        thread.execute(() -> {
            try {
                pools.endpoints(service, endpoints);
            } catch (RuntimeException e) {
                LOG.error("cannot take the endpoints of Service {}", service, e);
            }
        });
    }

    NodeReport report() {
        return report;
    }

    void onReportChange(Consumer<NodeReport> receiver) {
        thread.execute(() -> {
            receivers.add(receiver);
            receiver.accept(report);
        });
    }

    Map<ListenerKey, Integer> ports() {
        return ports;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // thenCompose waits for the inner one
    CompletableFuture<Void> drain(Duration timeout) {
        draining = true;
        CompletableFuture<Void> result = new CompletableFuture<>();
        thread.execute(() -> {
            var _ = sockets.drain(timeout).thenRun(() -> result.complete(null));
            listenersChanged();
        });
        return result;
    }

    void close() {
        draining = true;
        sockets.close();
        builder.retire(build, Build.EMPTY);
        pools.close();
    }

    @Override
    public Readiness readiness() {
        if (draining) {
            return Readiness.not("draining");
        }
        if (succeeded) {
            return Readiness.not("the next process serves");
        }
        return applied ? Readiness.READY : Readiness.not("no configuration yet");
    }

    @Override
    public CompletionStage<View> view() {
        return CompletableFuture.supplyAsync(
                () -> {
                    Map<ListenerKey, String> failures = sockets.failures();
                    List<SocketView> views = build.edition().listeners().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey(ListenerKey.ORDER))
                            .map(entry -> {
                                String problem = failures.getOrDefault(entry.getKey(), draining ? "draining" : "");
                                return new SocketView(
                                        entry.getKey(), entry.getValue().owners(), problem.isEmpty(), problem);
                            })
                            .toList();
                    return new View(report, build.snapshots(), views, pools.views(), events.latest());
                },
                thread);
    }

    @Override
    public CompletionStage<Boolean> override(ObjectKey pool, String address, AdminState state) {
        return CompletableFuture.supplyAsync(() -> pools.admin(pool, address, state), thread);
    }

    @Override
    public CompletionStage<Void> lend(Consumer<List<FileDescriptor>> send) {
        return CompletableFuture.runAsync(
                () -> {
                    sockets.datagrams().lend();
                    send.accept(sockets.connections().descriptors());
                },
                thread);
    }

    @Override
    public CompletionStage<Void> succeeded(Set<String> taken) {
        return CompletableFuture.runAsync(
                () -> {
                    LOG.info("the next process serves, on {} of the sockets of this one", taken.size());
                    succeeded = true;
                    sockets.pass(taken);
                    listenersChanged();
                },
                thread);
    }

    @Override
    public void forsaken() {
        thread.execute(() -> {
            if (draining || !succeeded) {
                return;
            }
            sockets.connections().resume();
            // The kernel may not have closed all of its sockets yet.
            sockets.datagrams().besideAnother(true);
            sockets.apply(build.edition().listeners());
            sockets.datagrams().besideAnother(false);
            succeeded = false;
            listenersChanged();
            applyPending();
        });
    }

    /** What comes too early, or while another process serves, waits. */
    private void applyPending() {
        if (succeeded || beginning) {
            return;
        }
        if (!endpointsKnown) {
            awaitingEndpoints = true;
            var _ = thread.schedule(this::endpointsKnown, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        SnapshotSet set = pending.getAndSet(null);
        if (set == null || draining) {
            return;
        }
        try {
            apply(set);
        } catch (RuntimeException e) {
            // What can be blamed on one snapshot was; this is a fault of ours. What is in force stays.
            LOG.error("cannot apply revision {}", set.revision(), e);
        }
    }

    private void apply(SnapshotSet set) {
        long epoch = build.edition().epoch();
        if (set.epoch() < epoch) {
            LOG.warn(
                    "refused revision {}: it is of epoch {}, and epoch {} is in force",
                    set.revision(),
                    set.epoch(),
                    epoch);
            refused = RefusedIndex.of(set, build);
            renewReport();
            return;
        }
        refused = RefusedIndex.NONE;
        sharesTicketKeys |= set.ticketKeys().isPresent();
        set.ticketKeys().ifPresent(contexts::ticketKeys);
        Build previous = build;
        Build next = builder.next(previous, set);
        if (applied) {
            putInForce(next);
        } else {
            beginning = true;
            begin(next, System.nanoTime() + PATIENCE.toNanos());
        }
    }

    /** Puts the first configuration in force, once names have been looked up or that takes too long. */
    private void begin(Build next, long latest) {
        if (draining) {
            builder.retire(next, build);
            return;
        }
        if (pools.resolving() && System.nanoTime() < latest) {
            var _ = thread.schedule(() -> begin(next, latest), NAMES_POLL.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        beginning = false;
        putInForce(next);
        first.complete(null);
        applyPending();
    }

    private void putInForce(Build next) {
        sockets.apply(next.edition().listeners());
        Build previous = build;
        build = next;
        builder.retire(previous, next);
        meters.certificates(next.expiries());
        applied = true;
        LOG.info(
                "revision {} is in force: {} virtual services",
                build.edition().revision(),
                build.snapshots().size());
        listenersChanged();
    }

    private void listenersChanged() {
        ports = sockets.ports();
        open.are(ports.keySet());
        meters.retain(
                build.meters(),
                sockets.inUse().stream().map(ListenerKey::toString).collect(Collectors.toSet()));
        meters.listenersBound(Reports.bound(build, sockets.failures()));
        renewReport();
    }

    private void renewReport() {
        List<EndpointDown> down = pools.down();
        NodeReport next = Reports.of(version, build, refused, sockets.failures(), down, pools.resolved());
        events.take(next, down, Instant.now());
        if (next.equals(report)) {
            return;
        }
        report = next;
        meters.config(next.epoch(), next.appliedRevision(), next.rejected().size());
        for (Consumer<NodeReport> receiver : receivers) {
            try {
                receiver.accept(next);
            } catch (RuntimeException e) {
                LOG.warn("a receiver of reports failed", e);
            }
        }
    }
}
