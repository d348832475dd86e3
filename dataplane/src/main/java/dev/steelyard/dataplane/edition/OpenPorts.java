package dev.steelyard.dataplane.edition;

import java.util.Set;

/** Which sockets are bound now. Written by the control thread, read by all. */
public final class OpenPorts {

    private volatile Set<ListenerKey> bound = Set.of();

    /** Those that are. */
    public void are(Set<ListenerKey> keys) {
        bound = Set.copyOf(keys);
    }

    boolean contains(ListenerKey key) {
        return bound.contains(key);
    }
}
