package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.edition.Build.Socket;
import dev.steelyard.snapshot.ObjectKey;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who gets which socket. The operator has resolved conflicts; where there is one all the same, what is settled wins, and of two
 * candidates the first by name.
 */
final class Placement {

    private static final Comparator<Claim> BY_NAME =
            Comparator.comparing(claim -> claim.owner().virtualService());

    private final Map<ListenerKey, SharedSocket> sockets = new HashMap<>();
    private final SortedMap<ObjectKey, String> refused = new TreeMap<>();

    /**
     * @param settled agree with each other, since they are served side by side
     * @param candidates join them if they can, in this order
     */
    Placement(Collection<ServicePlan> settled, Collection<ServicePlan> candidates) {
        settled.forEach(this::place);
        for (ServicePlan candidate : candidates) {
            String conflict = conflict(candidate);
            if (conflict == null) {
                place(candidate);
            } else {
                refused.put(candidate.snapshot().virtualService(), conflict);
            }
        }
    }

    /** The candidates that could not join, and why, for the user. */
    SortedMap<ObjectKey, String> refused() {
        return Collections.unmodifiableSortedMap(refused);
    }

    /** The plans of all sockets. One with the same claims as before is the same object. */
    Map<ListenerKey, Socket> plans(Map<ListenerKey, Socket> before, OpenPorts open) {
        Map<ListenerKey, Socket> plans = new HashMap<>();
        sockets.forEach((key, socket) -> {
            List<Claim> claims = socket.claims().stream().sorted(BY_NAME).toList();
            Socket old = before.get(key);
            plans.put(
                    key,
                    old != null && old.claims().equals(claims) ? old : new Socket(claims, socket.plan(claims, open)));
        });
        return plans;
    }

    private @Nullable String conflict(ServicePlan candidate) {
        for (Claim claim : candidate.claims()) {
            SharedSocket socket = sockets.get(claim.key());
            String conflict = socket == null ? null : socket.conflict(claim);
            if (conflict != null) {
                return "listener " + claim.owner().listener() + ": " + conflict;
            }
        }
        return null;
    }

    private void place(ServicePlan service) {
        for (Claim claim : service.claims()) {
            sockets.computeIfAbsent(claim.key(), key -> new SharedSocket()).add(claim);
        }
    }
}
