package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one listening socket does with its connections, merged from all virtual services that share it. Immutable. */
public sealed interface ListenerPlan {

    /** Bounds on what clients can take; the same in all virtual services that share the socket. */
    ListenerLimits limits();

    /** Proxies in front that are believed: their PROXY protocol, and what their requests say of clients. */
    CidrSet trustedProxies();

    /** Whether connections come from {@link #trustedProxies} alone, and begin with a PROXY protocol header. */
    boolean proxyProtocol();

    /** The virtual services and listener names that are served here, for reports. */
    List<Owner> owners();

    /** A listener of a virtual service. */
    record Owner(ObjectKey virtualService, String listener) {}

    /**
     * HTTP or HTTPS.
     *
     * @param trustedProxies peers whose forwarding fields are believed
     * @param tls absent for clear text
     * @param hosts who answers for which host
     * @param log what is written of requests that find no route: as the first virtual service says that has one, by name
     * @param alternative what responses say of HTTP/3; absent: nothing
     */
    record Http(
            ListenerLimits limits,
            List<Owner> owners,
            CidrSet trustedProxies,
            @Nullable TlsPlan tls,
            HostTable hosts,
            AccessLog log,
            boolean proxyProtocol,
            @Nullable AlternativeService alternative)
            implements ListenerPlan {

        /** One that takes no PROXY protocol, and says nothing of HTTP/3. */
        public Http(
                ListenerLimits limits,
                List<Owner> owners,
                CidrSet trustedProxies,
                @Nullable TlsPlan tls,
                HostTable hosts,
                AccessLog log) {
            this(limits, owners, trustedProxies, tls, hosts, log, false, null);
        }
    }

    /**
     * A relay of bytes.
     *
     * @param target where connections go
     */
    record Tcp(
            ListenerLimits limits,
            List<Owner> owners,
            RelayTarget target,
            CidrSet trustedProxies,
            boolean proxyProtocol)
            implements ListenerPlan {

        /** One that takes no PROXY protocol. */
        public Tcp(ListenerLimits limits, List<Owner> owners, RelayTarget target) {
            this(limits, owners, target, CidrSet.EMPTY, false);
        }
    }

    /**
     * TLS passed through.
     *
     * @param names where connections go, by the server name that their clients ask for
     */
    record Tls(
            ListenerLimits limits, List<Owner> owners, NameTable names, CidrSet trustedProxies, boolean proxyProtocol)
            implements ListenerPlan {}

    /**
     * HTTP/3: connections within datagrams.
     *
     * @param http what is done with their requests
     * @param quic how they are encrypted
     */
    record Quic(Http http, QuicPlan quic) implements ListenerPlan {

        @Override
        public ListenerLimits limits() {
            return http.limits();
        }

        @Override
        public CidrSet trustedProxies() {
            return http.trustedProxies();
        }

        @Override
        public boolean proxyProtocol() {
            return false;
        }

        @Override
        public List<Owner> owners() {
            return http.owners();
        }
    }

    /**
     * Datagrams.
     *
     * @param limits of which {@code maxConnections} bounds sessions
     * @param target where sessions go
     */
    record Udp(ListenerLimits limits, List<Owner> owners, RelayTarget target) implements ListenerPlan {

        @Override
        public CidrSet trustedProxies() {
            return CidrSet.EMPTY;
        }

        @Override
        public boolean proxyProtocol() {
            return false;
        }
    }
}
