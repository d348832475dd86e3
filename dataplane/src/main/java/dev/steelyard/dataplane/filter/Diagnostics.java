package dev.steelyard.dataplane.filter;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Filters;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/** Tells clients that ask, and may, why a response is as it is. Immutable; for all threads. */
public final class Diagnostics {

    private final String name;
    private final String lowerCase;
    private final CidrSet askers;
    private final HeaderChanges nothing;

    private Diagnostics(String name, CidrSet askers) {
        this.name = name;
        this.lowerCase = name.toLowerCase(Locale.ROOT);
        this.askers = askers;
        this.nothing = new HeaderChanges(List.of(lowerCase), List.of());
    }

    /**
     * Compiles them.
     *
     * @throws IllegalArgumentException if a network is malformed
     */
    public static Diagnostics of(Filters.Diagnostics said) {
        return new Diagnostics(said.flagsHeader(), CidrSet.of(said.sourceCidrs()));
    }

    /** The field that asks and answers, in lower case. Nobody else's is passed on, either way. */
    public String field() {
        return lowerCase;
    }

    /** Whether a client that asks is told. */
    public boolean admits(InetAddress client) {
        return askers.contains(client);
    }

    /**
     * What is done to a response.
     *
     * @param told whether its client is told
     * @param flags bits of {@link ResponseFlag}
     */
    public HeaderChanges changes(boolean told, int flags) {
        return told
                ? new HeaderChanges(nothing.removed(), List.of(new HeaderChanges.Line(name, ResponseFlag.names(flags))))
                : nothing;
    }
}
