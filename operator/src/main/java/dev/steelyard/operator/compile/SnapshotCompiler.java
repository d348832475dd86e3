package dev.steelyard.operator.compile;

import dev.steelyard.crds.v1alpha1.PoolSpec.PoolProtocol;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec.CertificateRef;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec.ClientAuthMode;
import dev.steelyard.operator.claim.ListenerTerms;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.Answer;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ListenerTls;
import dev.steelyard.snapshot.ListenerTls.ClientAuth;
import dev.steelyard.snapshot.ListenerTls.TlsVersion;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.Timeouts;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compiles one virtual service.
 *
 * <p>What cannot be resolved is compiled to a pool without members under a name that no object can have, {@code !} and the name that is
 * missing: its requests are answered 503, and the rest is served.
 */
public final class SnapshotCompiler {

    private static final Duration UDP_IDLE = Duration.ofSeconds(30);

    private final ServiceModel model;
    private final VirtualServiceSpec spec;
    private final UsedPools pools;

    private SnapshotCompiler(ServiceModel model) {
        this.model = model;
        this.spec = model.declared().spec();
        this.pools = new UsedPools(model);
    }

    /** The snapshot of a virtual service. */
    public static Snapshot compile(ServiceModel model) {
        return new SnapshotCompiler(model).compile();
    }

    private Snapshot compile() {
        List<Listener> listeners = spec.listeners().stream()
                .filter(this::canBeServed)
                .map(this::listener)
                .toList();
        List<Route> routes = new RouteCompiler(model, pools).compile();
        Optional<Filters> unmatched =
                routes.isEmpty() ? Optional.empty() : RouteFilters.unmatched(Policies.of(model, List.of()));
        List<Certificate> certificates = model.certificates().values().stream().toList();
        return new Snapshot(
                SnapshotCodec.FORMAT_VERSION,
                model.key(),
                model.declared().generation(),
                listeners,
                spec.hosts().stream().distinct().toList(),
                routes,
                pools.all(),
                certificates,
                ErrorPageCompiler.of(
                        model,
                        Stream.concat(unmatched.stream(), routes.stream().flatMap(route -> route.filters().stream()))),
                unmatched);
    }

    /**
     * An HTTPS listener needs a certificate, and authorities if it asks clients for theirs; without them it is not bound, rather than failing
     * every handshake.
     */
    private boolean canBeServed(ListenerSpec listener) {
        ListenerTlsSpec tls = listener.tls();
        return tls == null
                || (!certificates(tls).isEmpty()
                        && (!asksClients(tls) || authorities(tls).isPresent()));
    }

    private static boolean asksClients(ListenerTlsSpec tls) {
        return tls.clientAuth() != null && tls.clientAuth().mode() != ClientAuthMode.NONE;
    }

    private Optional<ClientAuth> authorities(ListenerTlsSpec tls) {
        ListenerTlsSpec.ClientAuth wanted = tls.clientAuth();
        return wanted == null || !asksClients(tls)
                ? Optional.empty()
                : Optional.ofNullable(model.authorities().get(wanted.caSecretName()))
                        .map(pem -> new ClientAuth(wanted.mode() == ClientAuthMode.REQUIRE, pem));
    }

    private Listener listener(ListenerSpec listener) {
        ListenerTerms terms = ListenerTerms.of(listener);
        Policies policies = Policies.of(model, List.of());
        return new Listener(
                listener.name(),
                List.of(),
                listener.port(),
                switch (listener.protocol()) {
                    case HTTP -> Protocol.HTTP;
                    case HTTPS -> Protocol.HTTPS;
                    case TCP -> Protocol.TCP;
                    case TLS -> Protocol.TLS;
                    case UDP -> Protocol.UDP;
                },
                terms.limits(),
                List.copyOf(terms.trustedProxies()),
                Optional.ofNullable(listener.tls()).map(this::tls),
                switch (listener.protocol()) {
                    case HTTP, HTTPS -> Optional.empty();
                    case TCP, TLS -> Optional.of(relayPool(PoolProtocol.TCP));
                    case UDP -> Optional.of(relayPool(PoolProtocol.UDP));
                },
                timeouts(listener, policies),
                terms.proxyProtocol() == ListenerSpec.ProxyProtocol.ACCEPT,
                policies.accessLog(),
                listener.endPort(),
                listener.redirectToHttps() ? Optional.of(toHttps()) : Optional.empty(),
                switch (listener.protocol()) {
                    case HTTP, HTTPS -> Optional.empty();
                    case TCP, TLS, UDP -> RouteFilters.access(policies);
                });
    }

    /** 308 and not 301: methods and bodies are kept (RFC 9110 section 15.4.9). */
    private Answer.Redirect toHttps() {
        int port = spec.listeners().stream()
                .filter(other -> other.protocol() == ListenerSpec.Protocol.HTTPS)
                .mapToInt(ListenerSpec::port)
                .findFirst()
                .orElse(443);
        return new Answer.Redirect(308, Optional.of("https"), Optional.empty(), Optional.of(port), Optional.empty());
    }

    private ListenerTls tls(ListenerTlsSpec tls) {
        return new ListenerTls(
                certificates(tls),
                switch (tls.minVersion()) {
                    case TLS_1_2 -> TlsVersion.TLS_1_2;
                    case TLS_1_3 -> TlsVersion.TLS_1_3;
                },
                Boolean.TRUE.equals(tls.http2()),
                authorities(tls),
                Optional.ofNullable(tls.http3()));
    }

    private List<String> certificates(ListenerTlsSpec tls) {
        return tls.certificates().stream()
                .map(CertificateRef::secretName)
                .flatMap(name -> Optional.ofNullable(model.certificates().get(name)).stream())
                .map(Certificate::name)
                .toList();
    }

    /** Nothing says that a client of UDP has gone: where no policy does, its session ends earlier than a silent connection. */
    private static Timeouts timeouts(ListenerSpec listener, Policies policies) {
        return listener.protocol() == ListenerSpec.Protocol.UDP && !policies.timed()
                ? new Timeouts(policies.timeouts().request(), UDP_IDLE)
                : policies.timeouts();
    }

    private ObjectKey relayPool(PoolProtocol protocol) {
        return Policies.of(model, List.of())
                .missing()
                .map(policy -> pools.unresolved(policy, protocol))
                .orElseGet(() -> pools.use(String.valueOf(spec.pool()), protocol));
    }
}
