package dev.steelyard.dataplane.edition;

import org.jspecify.annotations.Nullable;

/** Which connections go where by the server name that their clients ask for. Immutable. */
public final class NameTable {

    private final HostIndex<RelayTarget> names;

    NameTable(HostIndex<RelayTarget> names) {
        this.names = names;
    }

    /**
     * Where connections of clients that ask for that name go.
     *
     * @param name lower case, without trailing dot; empty for none: then where all go that nobody names
     * @return null if nowhere
     */
    public @Nullable RelayTarget find(String name) {
        return names.find(name);
    }
}
