package dev.steelyard.snapshot;

import dev.steelyard.snapshot.Route.Timeouts;
import java.util.List;
import java.util.Optional;

/**
 * One protocol on one port.
 *
 * @param name unique in its virtual service
 * @param addresses IP addresses to bind; empty: all addresses of the node
 * @param port 1..65535
 * @param protocol what is spoken
 * @param limits bounds on what one client can take
 * @param trustedProxies CIDRs of peers whose {@code X-Forwarded-*} and {@code Forwarded} are believed
 * @param tls present exactly for {@link Protocol#HTTPS}
 * @param pool present exactly for {@link Protocol#TLS}, {@link Protocol#TCP} and {@link Protocol#UDP}: where traffic goes
 * @param timeouts of relayed connections, of which only {@code idle} matters; requests have those of their route
 * @param proxyProtocol whether connections come from {@code trustedProxies} alone, and begin with a PROXY protocol header
 * @param accessLog what is written of relayed connections and UDP sessions, and of requests that find no route; absent: nothing
 * @param endPort last port of a range of at most {@value #MAX_PORTS} that begins at {@code port}; 0: that port alone. Only for {@link
 *     Protocol#TCP} and {@link Protocol#UDP}
 * @param redirect what every request is answered, whatever its route
 * @param access whose connections are relayed; requests have that of their route
 */
public record Listener(
        String name,
        List<String> addresses,
        int port,
        Protocol protocol,
        ListenerLimits limits,
        List<String> trustedProxies,
        Optional<ListenerTls> tls,
        Optional<ObjectKey> pool,
        Timeouts timeouts,
        @Defaulted boolean proxyProtocol,
        @Defaulted Optional<AccessLog> accessLog,
        @Defaulted int endPort,
        @Defaulted Optional<Answer.Redirect> redirect,
        @Defaulted Optional<Filters.Access> access) {

    /** Most ports of one listener: each is a socket on every node. */
    public static final int MAX_PORTS = 1024;

    public Listener {
        addresses = List.copyOf(addresses);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** A listener with the default timeouts, no PROXY protocol and no access log, open to all. */
    public Listener(
            String name,
            List<String> addresses,
            int port,
            Protocol protocol,
            ListenerLimits limits,
            List<String> trustedProxies,
            Optional<ListenerTls> tls,
            Optional<ObjectKey> pool) {
        this(
                name,
                addresses,
                port,
                protocol,
                limits,
                trustedProxies,
                tls,
                pool,
                Timeouts.DEFAULT,
                false,
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty());
    }
}
