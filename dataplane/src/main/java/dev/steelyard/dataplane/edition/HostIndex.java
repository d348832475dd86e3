package dev.steelyard.dataplane.edition;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by host: exact names first, then the longest wildcard, then the catch-all. As in Gateway API, a wildcard label matches one or
 * more labels. Immutable.
 */
final class HostIndex<T> {

    private final Map<String, T> exact;
    private final Map<String, T> wildcard;
    private final @Nullable T any;

    /**
     * @param exact by host name, lower case, no port
     * @param wildcard by what follows the {@code *}, with its leading dot: {@code .example.com}
     * @param any for every other host
     */
    HostIndex(Map<String, T> exact, Map<String, T> wildcard, @Nullable T any) {
        this.exact = Map.copyOf(exact);
        this.wildcard = Map.copyOf(wildcard);
        this.any = any;
    }

    /** The value for a host, lower case, without port or trailing dot. */
    @Nullable
    T find(String host) {
        T found = exact.get(host);
        if (found != null) {
            return found;
        }
        if (!wildcard.isEmpty()) {
            // From the second label on: a wildcard stands for at least one.
            for (int dot = host.indexOf('.', 1); dot >= 0; dot = host.indexOf('.', dot + 1)) {
                found = wildcard.get(host.substring(dot));
                if (found != null) {
                    return found;
                }
            }
        }
        return any;
    }
}
