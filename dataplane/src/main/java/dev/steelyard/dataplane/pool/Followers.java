package dev.steelyard.dataplane.pool;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which pools depend on what: on a Service, or on a DNS name. Not safe for several threads. */
final class Followers<K> {

    private final Map<K, Set<PoolKeeper>> followers = new HashMap<>();

    void add(K followed, PoolKeeper keeper) {
        followers.computeIfAbsent(followed, key -> new LinkedHashSet<>()).add(keeper);
    }

    void remove(K followed, PoolKeeper keeper) {
        followers.computeIfPresent(followed, (key, following) -> {
            following.remove(keeper);
            return following.isEmpty() ? null : following;
        });
    }

    /** The pools that depend on it. */
    Set<PoolKeeper> of(K followed) {
        return followers.getOrDefault(followed, Set.of());
    }

    /** All that any pool depends on. */
    Set<K> followed() {
        return followers.keySet();
    }
}
