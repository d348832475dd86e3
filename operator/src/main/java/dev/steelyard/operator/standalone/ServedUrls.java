package dev.steelyard.operator.standalone;

import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.Snapshot;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where to try what is served. */
final class ServedUrls {

    private ServedUrls() {}

    /** A URL for each port, on this machine, and that of the admin port. */
    static String of(Collection<Snapshot> snapshots, Optional<InetSocketAddress> admin) {
        Set<String> urls = new LinkedHashSet<>();
        for (Snapshot snapshot : snapshots) {
            for (Listener listener : snapshot.listeners()) {
                String scheme = listener.protocol().name().toLowerCase(Locale.ROOT);
                urls.add(scheme + "://localhost:" + listener.port() + (scheme.startsWith("http") ? "/" : ""));
            }
        }
        admin.ifPresent(address -> urls.add("admin http://"
                + (address.getAddress().isAnyLocalAddress() ? "localhost" : host(address)) + ":" + address.getPort()
                + "/"));
        return String.join(" ", urls);
    }

    private static String host(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
