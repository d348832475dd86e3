package dev.steelyard.dataplane.edition;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who answers for which host: exact names first, then the longest wildcard, then the catch-all. As in Gateway API, a wildcard label
 * matches one or more labels. Immutable.
 */
public final class HostTable {

    private final HostIndex<RouteTable> hosts;

    /**
     * @param exact by host name, lower case, no port
     * @param wildcard by what follows the {@code *}, with its leading dot: {@code .example.com}
     * @param any for every other host
     */
    public HostTable(Map<String, RouteTable> exact, Map<String, RouteTable> wildcard, @Nullable RouteTable any) {
        this(new HostIndex<>(exact, wildcard, any));
    }

    HostTable(HostIndex<RouteTable> hosts) {
        this.hosts = hosts;
    }

    /**
     * The routes for a host.
     *
     * @param host lower case, without port or trailing dot
     * @return null if nobody answers for it
     */
    public @Nullable RouteTable find(String host) {
        return hosts.find(host);
    }
}
