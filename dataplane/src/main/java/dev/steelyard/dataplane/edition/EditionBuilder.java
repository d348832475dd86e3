package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.tls.TlsContexts;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes each edition from the one before and the snapshots that are to be in force. What did not change is taken over, so the cost is
 * that of the change and of a walk over the virtual services. A snapshot that cannot be served hurts its virtual service alone: the last
 * good one of it goes on. Control thread only.
 */
public final class EditionBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(EditionBuilder.class);

    private final Pools pools;
    private final TlsContexts registry;
    private final Meters meters;
    private final OpenPorts open;

    /**
     * @param open to be kept up to date by whoever binds sockets
     */
    public EditionBuilder(Pools pools, TlsContexts registry, Meters meters, OpenPorts open) {
        this.open = open;
        this.pools = pools;
        this.registry = registry;
        this.meters = meters;
    }

    /** Gives the live pools of snapshots. */
    @FunctionalInterface
    public interface Pools {

        /**
         * Makes the pools of all these snapshots live, and lets those of no snapshot go.
         *
         * @throws RuntimeException if one cannot be
         */
        Map<ObjectKey, LivePool> apply(Collection<Snapshot> snapshots);
    }

    /**
     * Builds aside: nothing that is in force changes. Until {@link #retire} the pools of both editions are live.
     *
     * @param previous the one in force
     */
    public Build next(Build previous, SnapshotSet set) {
        return new Attempt(previous).build(set);
    }

    /** Lets go what only {@code previous} used, pools and TLS contexts. To be called once {@code next} is in force. */
    @SuppressWarnings("ReferenceEquality") // an equal one, compiled anew, holds contexts of its own
    public void retire(Build previous, Build next) {
        previous.services().forEach((key, service) -> {
            if (next.services().get(key) != service) {
                service.release(registry);
            }
        });
        pools.apply(next.snapshots());
    }

    private final class Attempt {

        private final Build previous;
        private final SortedMap<ObjectKey, ServicePlan> settled = new TreeMap<>();
        private final SortedMap<ObjectKey, ServicePlan> candidates = new TreeMap<>();
        private final SortedMap<ObjectKey, Rejected> rejected = new TreeMap<>();

        Attempt(Build previous) {
            this.previous = previous;
        }

        Build build(SnapshotSet set) {
            SortedMap<ObjectKey, Snapshot> changed = new TreeMap<>();
            for (Rejected unreadable : set.rejected()) {
                rejected.put(unreadable.virtualService(), unreadable);
                keepPrevious(unreadable.virtualService());
            }
            set.snapshots().forEach((key, snapshot) -> {
                ServicePlan before = previous.services().get(key);
                if (before != null && before.snapshot().equals(snapshot)) {
                    settled.put(key, before);
                } else {
                    changed.put(key, snapshot);
                }
            });
            Map<ObjectKey, LivePool> live = live(changed);
            changed.forEach((key, snapshot) -> compile(snapshot, live));
            Placement placement = place();
            Map<ListenerKey, Build.Socket> sockets = placement.plans(previous.sockets(), open);
            settled.putAll(candidates);
            Map<ListenerKey, ListenerPlan> plans = new TreeMap<>(ListenerKey.ORDER);
            sockets.forEach((key, socket) -> plans.put(key, socket.plan()));
            Edition edition = new Edition(set.epoch(), set.revision(), plans);
            meters.editionMade(edition);
            return new Build(edition, settled, sockets, rejected());
        }

        /** What is refused, with what is served instead. */
        private List<Rejected> rejected() {
            return rejected.values().stream()
                    .map(refusal -> {
                        ServicePlan served = settled.get(refusal.virtualService());
                        return served == null ? refusal : refusal.serving(served.snapshot());
                    })
                    .toList();
        }

        /** All pools at once; if one is bad, again with one changed snapshot more at a time, to find whose it is. */
        private Map<ObjectKey, LivePool> live(SortedMap<ObjectKey, Snapshot> changed) {
            List<Snapshot> wanted = new ArrayList<>(previous.snapshots());
            int inForce = wanted.size();
            wanted.addAll(changed.values());
            try {
                return pools.apply(wanted);
            } catch (RuntimeException e) {
                LOG.debug("looking for the snapshot whose pools cannot be made", e);
            }
            wanted.subList(inForce, wanted.size()).clear();
            for (Snapshot snapshot : List.copyOf(changed.values())) {
                wanted.add(snapshot);
                try {
                    pools.apply(wanted);
                } catch (RuntimeException e) {
                    wanted.removeLast();
                    changed.remove(snapshot.virtualService());
                    refuse(snapshot, reason(snapshot, e));
                }
            }
            return pools.apply(wanted);
        }

        private void compile(Snapshot snapshot, Map<ObjectKey, LivePool> live) {
            try {
                ServicePlan plan = ServiceCompiler.compile(snapshot, live, registry, meters);
                candidates.put(snapshot.virtualService(), plan);
                settled.remove(snapshot.virtualService());
            } catch (RuntimeException e) {
                refuse(snapshot, reason(snapshot, e));
            }
        }

        /** A candidate refused falls back to its last good snapshot, which then counts as settled: again, with fewer candidates. */
        private Placement place() {
            while (true) {
                Placement placement = new Placement(settled.values(), candidates.values());
                if (placement.refused().isEmpty()) {
                    return placement;
                }
                placement.refused().forEach((key, conflict) -> {
                    ServicePlan plan = candidates.remove(key);
                    if (plan != null) {
                        plan.release(registry);
                        refuse(plan.snapshot(), conflict);
                    }
                });
            }
        }

        private void refuse(Snapshot snapshot, String reason) {
            ObjectKey key = snapshot.virtualService();
            rejected.put(key, new Rejected(key, SnapshotCodec.encode(snapshot).digest(), reason));
            keepPrevious(key);
        }

        private void keepPrevious(ObjectKey key) {
            ServicePlan before = previous.services().get(key);
            if (before != null) {
                settled.put(key, before);
            }
        }

        private String reason(Snapshot snapshot, RuntimeException e) {
            String message = e.getMessage();
            if (e instanceof IllegalArgumentException && message != null) {
                return message;
            }
            LOG.warn(
                    "cannot serve the snapshot of {} because of a fault in this program", snapshot.virtualService(), e);
            return "internal error: " + e;
        }
    }
}
