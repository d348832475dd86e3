package dev.steelyard.dataplane.admin.view;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.dataplane.pool.AdminState;
import dev.steelyard.dataplane.pool.PoolView;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What the admin port shows and changes: the dataplane, seen from there. For all threads; never blocks. */
public interface Served {

    /** Whether this node takes traffic. */
    Readiness readiness();

    /** What is served at one moment. */
    CompletionStage<View> view();

    /**
     * Takes what an administrator says of an endpoint.
     *
     * @param address {@code IP:port}, IPv6 in brackets
     * @return false if there is no such endpoint
     */
    CompletionStage<Boolean> override(ObjectKey pool, String address, AdminState state);

    /**
     * @param ready the first configuration is in force, every listener that can be bound is, and the node is not draining
     * @param reason why it is not ready, for people; empty if it is
     */
    record Readiness(boolean ready, String reason) {

        /** Ready. */
        public static final Readiness READY = new Readiness(true, "");

        /** Not ready, and why. */
        public static Readiness not(String reason) {
            return new Readiness(false, reason);
        }
    }

    /**
     * What is served.
     *
     * @param report what the node says of itself
     * @param snapshots those in force, in the order of their virtual services
     * @param sockets listening sockets, those that could not be bound among them
     * @param pools in their order
     * @param events what happened, the latest first
     */
    record View(
            NodeReport report,
            List<Snapshot> snapshots,
            List<SocketView> sockets,
            List<PoolView> pools,
            List<Event> events) {

        public View {
            snapshots = List.copyOf(snapshots);
            sockets = List.copyOf(sockets);
            pools = List.copyOf(pools);
            events = List.copyOf(events);
        }
    }

    /**
     * @param listener its address and port
     * @param owners the listeners of virtual services that are served on it
     * @param bound whether it takes connections
     * @param problem why it is not bound, for people; empty if it is
     */
    record SocketView(ListenerKey listener, List<Owner> owners, boolean bound, String problem) {

        public SocketView {
            owners = List.copyOf(owners);
        }
    }
}
