package dev.steelyard.operator.claim;

import dev.steelyard.snapshot.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides who gets which port and host.
 *
 * <p>Incumbents begin with what they hold. Claimants are heard in order of age, then name; one gets all that it wants or nothing and then
 * keeps what it holds. Whenever somebody's move has set claims free, hearing begins anew, so that the oldest gets them. In the end those
 * who only block one another are moved together: that is how two virtual services swap hosts, and how sharers of a port change its limits.
 */
public final class Claims {

    private static final Comparator<Claimant> BY_AGE =
            Comparator.comparing((Claimant one) -> one.created).thenComparing(one -> one.key);

    private final PortRegister register = new PortRegister();
    private final Map<ObjectKey, List<PortUse>> held = new HashMap<>();
    private final SequencedMap<ObjectKey, Claimant> waiting = new LinkedHashMap<>();

    /**
     * Who wants or holds something.
     *
     * @param incumbent what it holds; null: nothing
     * @param wanted what it would like to hold instead; null: it only keeps what it holds
     */
    public record Claimant(
            ObjectKey key,
            Instant created,
            @Nullable List<PortUse> incumbent,
            @Nullable List<PortUse> wanted) {}

    private Claims() {}

    /**
     * Who has what in the end.
     *
     * @param refused those who did not get what they want, and why; all others did
     * @param reinstated those who had or have what they held before
     */
    public record Settlement(Map<ObjectKey, List<Clash>> refused, Set<ObjectKey> reinstated) {}

    /** Hears all claimants. */
    public static Settlement settle(Collection<Claimant> claimants) {
        Claims claims = new Claims();
        List<Claimant> byAge = claimants.stream().sorted(BY_AGE).toList();
        byAge.forEach(claims::reinstate);
        Set<ObjectKey> reinstated = Set.copyOf(claims.held.keySet());
        byAge.stream().filter(one -> one.wanted != null).forEach(one -> claims.waiting.put(one.key, one));
        boolean moved = true;
        while (moved) {
            claims.hearAll();
            moved = claims.moveTogether();
        }
        Map<ObjectKey, List<Clash>> refused = new TreeMap<>();
        claims.waiting.forEach((key, one) -> refused.put(key, claims.clashes(one)));
        return new Settlement(refused, reinstated);
    }

    private void reinstate(Claimant one) {
        if (one.incumbent != null && register.clashes(one.key, one.incumbent).isEmpty()) {
            take(one.key, one.incumbent);
        }
    }

    private void hearAll() {
        boolean again = true;
        while (again) {
            again = false;
            for (Claimant one : List.copyOf(waiting.values())) {
                if (clashes(one).isEmpty()) {
                    boolean setsFree = move(one);
                    if (setsFree && !waiting.isEmpty()) {
                        again = true;
                        break;
                    }
                }
            }
        }
    }

    /** Moves one group of claimants who block only one another, if there is any. */
    private boolean moveTogether() {
        for (Claimant first : waiting.values()) {
            List<Claimant> group = group(first);
            if (group.isEmpty()) {
                continue;
            }
            Map<ObjectKey, List<PortUse>> before = new HashMap<>();
            group.forEach(one -> before.put(one.key, giveBack(one.key)));
            boolean fits = true;
            for (Claimant one : group) {
                fits = fits && clashes(one).isEmpty();
                if (fits) {
                    take(one.key, wanted(one));
                }
            }
            if (fits) {
                group.forEach(one -> waiting.remove(one.key));
                return true;
            }
            group.forEach(one -> giveBack(one.key));
            before.forEach(this::take);
        }
        return false;
    }

    /** {@code first} and all who block one of the group; empty if one of them does not want to move. */
    private List<Claimant> group(Claimant first) {
        SequencedMap<ObjectKey, Claimant> group = new LinkedHashMap<>();
        group.put(first.key, first);
        List<Claimant> unseen = new ArrayList<>(List.of(first));
        while (!unseen.isEmpty()) {
            for (Clash clash : clashes(unseen.removeLast())) {
                Claimant blocker = waiting.get(clash.holder());
                if (blocker == null) {
                    return List.of();
                }
                if (group.putIfAbsent(blocker.key, blocker) == null) {
                    unseen.add(blocker);
                }
            }
        }
        return group.values().stream().sorted(BY_AGE).toList();
    }

    private List<Clash> clashes(Claimant one) {
        return register.clashes(one.key, wanted(one));
    }

    private boolean move(Claimant one) {
        List<PortUse> before = giveBack(one.key);
        take(one.key, wanted(one));
        waiting.remove(one.key);
        return !before.isEmpty() && !before.equals(one.wanted);
    }

    private void take(ObjectKey key, List<PortUse> uses) {
        if (!uses.isEmpty()) {
            register.hold(key, uses);
            held.put(key, uses);
        }
    }

    private List<PortUse> giveBack(ObjectKey key) {
        List<PortUse> uses = held.remove(key);
        if (uses == null) {
            return List.of();
        }
        register.release(key, uses);
        return uses;
    }

    private static List<PortUse> wanted(Claimant one) {
        return Objects.requireNonNull(one.wanted);
    }
}
