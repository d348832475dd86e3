package dev.steelyard.dataplane.filter;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.snapshot.Filters;
import java.net.InetAddress;

/** Who is let in, by address. Immutable; for all threads. */
public final class AccessList {

    private final CidrSet allow;
    private final CidrSet deny;

    private AccessList(CidrSet allow, CidrSet deny) {
        this.allow = allow;
        this.deny = deny;
    }

    /**
     * Compiles one.
     *
     * @throws IllegalArgumentException if a network is malformed
     */
    public static AccessList of(Filters.Access access) {
        return new AccessList(CidrSet.of(access.allow()), CidrSet.of(access.deny()));
    }

    /** Whether a client is let in: none that {@code deny} names, and if {@code allow} names any, only those. */
    public boolean admits(InetAddress client) {
        return !deny.contains(client) && (allow.isEmpty() || allow.contains(client));
    }
}
