package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.ListenerFailure;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus.ListenerStatus;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The states of the listeners of one virtual service. */
final class ListenerStatuses {

    static final String NO_CERTIFICATE = "InvalidCertificate";
    static final String BIND_FAILED = "BindFailed";

    private static final int MAX_IN_MESSAGE = 4;

    private ListenerStatuses() {}

    /**
     * @param spec in force
     * @param inForce its generation
     * @param generation the present one
     * @param published the snapshot that nodes are to serve, if it is known
     * @param failures by node: listeners that are not bound
     */
    static List<ListenerStatus> of(
            VirtualServiceSpec spec,
            long inForce,
            long generation,
            Optional<Snapshot> published,
            Programming programming,
            Map<String, List<ListenerFailure>> failures) {
        Set<String> leftOut = leftOut(spec, inForce, published);
        return spec.listeners().stream()
                .map(listener -> leftOut.contains(listener.name())
                        ? new ListenerStatus(
                                listener.name(),
                                0,
                                List.of(no(NO_CERTIFICATE, "it has no usable certificate", generation)))
                        : status(listener, generation, programming, failures))
                .toList();
    }

    /**
     * Listeners of the spec that its snapshot is without, since they have no certificate. While the published snapshot is that of
     * another generation it says nothing of this spec.
     */
    private static Set<String> leftOut(VirtualServiceSpec spec, long inForce, Optional<Snapshot> published) {
        if (published.filter(snapshot -> snapshot.generation() == inForce).isEmpty()) {
            return Set.of();
        }
        List<String> names = new ArrayList<>(
                spec.listeners().stream().map(ListenerSpec::name).toList());
        names.removeAll(Programming.listeners(published));
        return Set.copyOf(names);
    }

    private static ListenerStatus status(
            ListenerSpec listener,
            long generation,
            Programming programming,
            Map<String, List<ListenerFailure>> failures) {
        int bound = programming.bound(listener.name());
        List<Condition> conditions = new ArrayList<>();
        conditions.add(condition(bound, unbound(listener, failures, false), programming, generation));
        // HTTP/3 has a port of its own, of UDP: where it is missing, what comes by TCP is served all the same.
        if (listener.tls() != null && Boolean.TRUE.equals(listener.tls().http3())) {
            conditions.add(http3(bound, unbound(listener, failures, true), programming, generation));
        }
        return new ListenerStatus(listener.name(), bound, conditions);
    }

    private static String unbound(ListenerSpec listener, Map<String, List<ListenerFailure>> failures, boolean http3) {
        List<String> unbound = new ArrayList<>();
        failures.forEach((node, all) -> all.stream()
                .filter(failure -> failure.listener().equals(listener.name()) && failure.http3Alone() == http3)
                .forEach(failure -> unbound.add(node + ": " + failure.reason())));
        return Texts.few(unbound, MAX_IN_MESSAGE, "; ");
    }

    private static Condition http3(int bound, String unbound, Programming programming, long generation) {
        if (!unbound.isEmpty()) {
            return Conditions.of(Conditions.HTTP3_BOUND, false, BIND_FAILED, unbound, generation);
        }
        if (!programming.silent().isEmpty()) {
            return Conditions.unknown(
                    Conditions.HTTP3_BOUND, Conditions.NOT_REPORTED, programming.silentText(), generation);
        }
        return bound > 0
                ? Conditions.of(
                        Conditions.HTTP3_BOUND, true, Conditions.BOUND, "bound on all nodes that serve it", generation)
                : Conditions.of(Conditions.HTTP3_BOUND, false, "Pending", "no node serves it yet", generation);
    }

    private static Condition condition(int bound, String unbound, Programming programming, long generation) {
        if (!unbound.isEmpty()) {
            return no(BIND_FAILED, unbound, generation);
        }
        if (!programming.silent().isEmpty()) {
            return Conditions.unknown(Conditions.BOUND, Conditions.NOT_REPORTED, programming.silentText(), generation);
        }
        return bound > 0
                ? Conditions.of(
                        Conditions.BOUND, true, Conditions.BOUND, "bound on all nodes that serve it", generation)
                : no("Pending", "no node serves it yet", generation);
    }

    private static Condition no(String reason, String message, long generation) {
        return Conditions.of(Conditions.BOUND, false, reason, message, generation);
    }
}
