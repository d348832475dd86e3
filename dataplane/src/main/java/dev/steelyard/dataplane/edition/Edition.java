package dev.steelyard.dataplane.edition;

import java.util.Map;

/**
 * What this node serves: an immutable graph, built aside and swapped whole. A request keeps the plan it began with. What did not change
 * is shared with the edition before (same objects).
 *
 * @param epoch of the index it was built from
 * @param revision of the index it was built from
 * @param listeners every socket to listen on and what it does
 */
public record Edition(long epoch, long revision, Map<ListenerKey, ListenerPlan> listeners) {

    /** Serves nothing. */
    public static final Edition EMPTY = new Edition(0, 0, Map.of());

    public Edition {
        listeners = Map.copyOf(listeners);
    }
}
