package dev.steelyard.operator.validate;

import dev.steelyard.crds.GoDuration;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerLimitsSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec.Protocol;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec.ProxyProtocol;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec.ClientAuthMode;
import dev.steelyard.crds.v1alpha1.service.RouteSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.snapshot.ObjectKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has to hold within the spec of a virtual service, whoever else there is. Schema and CEL rules refuse most of it before; what
 * compilation relies on is checked here again, because objects may be older than the schema.
 */
public final class VirtualServiceRules {

    /** Name of the route that the default pool becomes. */
    public static final String DEFAULT_ROUTE = "default";

    private final VirtualServiceSpec spec;
    private final Findings findings;

    private VirtualServiceRules(VirtualServiceSpec spec, Findings findings) {
        this.spec = spec;
        this.findings = findings;
    }

    /** The problems of a spec. */
    public static List<Problem> check(ObjectKey key, VirtualServiceSpec spec) {
        Findings findings = new Findings(ObjectRef.virtualService(key));
        SupportedFields.VIRTUAL_SERVICE.check(spec, findings);
        VirtualServiceRules rules = new VirtualServiceRules(spec, findings);
        rules.listeners();
        rules.whole();
        RouteRules.check(spec, findings);
        return findings.problems();
    }

    private void listeners() {
        if (spec.listeners().isEmpty()) {
            invalid("spec.listeners", "at least one listener is needed");
        }
        Map<String, Integer> names = new HashMap<>();
        PortRanges ports = new PortRanges(findings);
        for (int i = 0; i < spec.listeners().size(); i++) {
            ListenerSpec listener = spec.listeners().get(i);
            String field = "spec.listeners[" + i + "]";
            if (names.putIfAbsent(listener.name(), i) != null) {
                invalid(field + ".name", "two listeners are called " + listener.name() + ": rename one");
            }
            ports.add(listener, field);
            if ((listener.tls() != null) != (listener.protocol() == Protocol.HTTPS)) {
                invalid(field + ".tls", "an HTTPS listener needs tls, and no other listener may have it");
            }
            if (listener.tls() != null && listener.tls().certificates().isEmpty()) {
                invalid(field + ".tls.certificates", "at least one certificate is needed");
            }
            if (listener.tls() != null
                    && listener.tls().clientAuth() != null
                    && listener.tls().clientAuth().mode() != ClientAuthMode.NONE
                    && listener.tls().clientAuth().caSecretName().isEmpty()) {
                invalid(field + ".tls.clientAuth.caSecretName", "mode Optional and Require need caSecretName");
            }
            if (listener.limits() != null) {
                durations(listener.limits(), field + ".limits");
            }
            if (listener.proxyProtocol() == ProxyProtocol.ACCEPT) {
                proxyProtocol(listener, field);
            }
            for (int j = 0; j < listener.trustedProxies().size(); j++) {
                String block = listener.trustedProxies().get(j);
                if (Cidr.parse(block).isEmpty()) {
                    invalid(field + ".trustedProxies[" + j + "]", block + " is no address block such as 10.0.0.0/8");
                }
            }
        }
    }

    private void proxyProtocol(ListenerSpec listener, String field) {
        if (listener.protocol() == Protocol.UDP) {
            invalid(field + ".proxyProtocol", "UDP listeners cannot accept the PROXY protocol: set it to None");
        }
        if (listener.tls() != null && Boolean.TRUE.equals(listener.tls().http3())) {
            invalid(
                    field + ".tls.http3",
                    "there is no PROXY protocol for HTTP/3, so clients could claim to be a proxy's: leave it out, or set"
                            + " proxyProtocol to None");
        }
        if (listener.trustedProxies().isEmpty()) {
            invalid(
                    field + ".trustedProxies",
                    "proxyProtocol Accept needs trustedProxies, the address blocks of the proxies in front: otherwise any"
                            + " client could claim any address");
        }
    }

    private void durations(ListenerLimitsSpec limits, String field) {
        duration(limits.maxConnectionAge(), field + ".maxConnectionAge");
        duration(limits.headerTimeout(), field + ".headerTimeout");
        duration(limits.keepAliveTimeout(), field + ".keepAliveTimeout");
    }

    private void duration(String text, String field) {
        try {
            GoDuration.parse(text);
        } catch (IllegalArgumentException e) {
            invalid(field, text + " is no duration such as 1h30m, 5s or 250ms");
        }
    }

    private void whole() {
        boolean http = any(Protocol.HTTP) || any(Protocol.HTTPS);
        if (spec.pool() == null && (any(Protocol.TCP) || any(Protocol.UDP) || any(Protocol.TLS))) {
            invalid("spec.pool", "TCP, UDP and TLS listeners need spec.pool: name a Pool");
        } else if (spec.pool() == null
                && spec.routes().isEmpty()
                && !spec.listeners().stream().allMatch(ListenerSpec::redirectToHttps)) {
            invalid("spec", "spec.pool or spec.routes must say where requests go");
        }
        if (!spec.routes().isEmpty() && !http) {
            invalid("spec.routes", "routes need an HTTP or HTTPS listener");
        }
        if (!spec.hosts().isEmpty() && !http && !any(Protocol.TLS)) {
            invalid("spec.hosts", "hosts need an HTTP, HTTPS or TLS listener");
        }
    }

    /** What a route is called: its name, or its place in the list. */
    public static String routeName(RouteSpec route, int index) {
        return route.name() == null ? "route-" + index : route.name();
    }

    private boolean any(Protocol protocol) {
        return spec.listeners().stream().anyMatch(listener -> listener.protocol() == protocol);
    }

    private void invalid(String field, String message) {
        findings.refused(field, Reason.INVALID, message);
    }
}
