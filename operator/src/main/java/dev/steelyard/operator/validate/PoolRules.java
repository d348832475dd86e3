package dev.steelyard.operator.validate;

import dev.steelyard.crds.GoDuration;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.PoolSpec.PoolProtocol;
import dev.steelyard.crds.v1alpha1.PoolSpec.SendProxyProtocol;
import dev.steelyard.crds.v1alpha1.pool.Algorithm;
import dev.steelyard.crds.v1alpha1.pool.FastCgiSpec;
import dev.steelyard.crds.v1alpha1.pool.HealthCheckSpec;
import dev.steelyard.crds.v1alpha1.pool.HealthCheckSpec.HealthCheckType;
import dev.steelyard.crds.v1alpha1.pool.MemberSpec;
import dev.steelyard.crds.v1alpha1.pool.UpstreamTlsSpec;
import dev.steelyard.operator.address.IpAddress;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What has to hold within the spec of a pool; see {@link VirtualServiceRules}. */
public final class PoolRules {

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);

    /** Parameters that no pool may set. */
    private static final Set<String> OF_REQUESTS = Set.of(
            "SCRIPT_FILENAME",
            "SCRIPT_NAME",
            "PATH_INFO",
            "PATH_TRANSLATED",
            "DOCUMENT_ROOT",
            "QUERY_STRING",
            "REQUEST_METHOD",
            "REQUEST_URI",
            "CONTENT_LENGTH",
            "CONTENT_TYPE",
            "GATEWAY_INTERFACE",
            "REMOTE_ADDR",
            "REMOTE_PORT");

    private final PoolSpec spec;
    private final Findings findings;

    private PoolRules(PoolSpec spec, Findings findings) {
        this.spec = spec;
        this.findings = findings;
    }

    /** The problems of a spec. */
    public static List<Problem> check(ObjectKey key, PoolSpec spec) {
        Findings findings = new Findings(ObjectRef.pool(key));
        SupportedFields.POOL.check(spec, findings);
        PoolRules rules = new PoolRules(spec, findings);
        for (int i = 0; i < spec.members().size(); i++) {
            rules.member(spec.members().get(i), "spec.members[" + i + "]");
        }
        HealthCheckSpec check = spec.healthCheck();
        if (check != null) {
            rules.healthCheck(check);
        }
        rules.tls();
        rules.fastCgi();
        if (spec.connections() != null
                && GoDuration.parse(spec.connections().connectTimeout()).isZero()) {
            rules.invalid("spec.connections.connectTimeout", "must be above 0s");
        }
        boolean headerless = spec.protocol() == PoolProtocol.UDP || spec.protocol() == PoolProtocol.FAST_CGI;
        if (headerless && spec.sendProxyProtocol() != SendProxyProtocol.NONE) {
            rules.invalid(
                    "spec.sendProxyProtocol", "a UDP or FastCGI pool cannot send the PROXY protocol: set it to None");
        }
        if (spec.protocol() == PoolProtocol.HTTP2 && spec.sendProxyProtocol() != SendProxyProtocol.NONE) {
            rules.invalid(
                    "spec.sendProxyProtocol",
                    "connections of an HTTP2 pool are shared by clients, so it cannot send the PROXY protocol: set it to None");
        }
        return findings.problems();
    }

    private void member(MemberSpec member, String field) {
        int kinds = (member.service() == null ? 0 : 1)
                + (member.address() == null ? 0 : 1)
                + (member.host() == null ? 0 : 1);
        if (kinds != 1) {
            invalid(field, "a member has exactly one of service, address and host");
            return;
        }
        if (member.service() == null && member.port() == null) {
            invalid(field + ".port", "a member with address or host needs port");
        }
        if (member.service() != null && member.port() != null) {
            invalid(field + ".port", "a Service's port goes into service.port");
        }
        if (member.address() != null && IpAddress.parse(member.address()).isEmpty()) {
            invalid(field + ".address", member.address() + " is no IPv4 or IPv6 address; a DNS name goes into host");
        }
        boolean weightless =
                spec.algorithm() == Algorithm.ROUND_ROBIN || spec.algorithm() == Algorithm.LEAST_CONNECTIONS;
        if (weightless && member.weight() > 1) {
            findings.warning(
                    field + ".weight",
                    Reason.NO_EFFECT,
                    "this algorithm knows no weights but 0 and not 0: choose WeightedRoundRobin, or remove the weight");
        }
    }

    private void tls() {
        UpstreamTlsSpec tls = spec.tls();
        if (tls == null) {
            return;
        }
        if (spec.protocol() == PoolProtocol.FAST_CGI || spec.protocol() == PoolProtocol.UDP) {
            invalid("spec.tls", "tls is for the protocols HTTP1, HTTP2 and TCP");
        }
        if (!tls.verify() && !tls.caSecretName().isEmpty()) {
            invalid("spec.tls.caSecretName", "caSecretName is of no use when verify is false");
        }
        if (!tls.verify()) {
            findings.warning(
                    "spec.tls.verify",
                    Reason.NOT_SECURE,
                    "the endpoints' certificates are not looked at: whoever is on the way can read and change traffic");
        }
        HealthCheckSpec check = spec.healthCheck();
        if (check != null && check.type() == HealthCheckType.HTTP && (check.port() == null || check.port() == 0)) {
            findings.warning(
                    "spec.healthCheck.type",
                    Reason.NO_EFFECT,
                    "HTTP checks speak clear text, but the endpoints TLS: use HTTPS, or a port of its own");
        }
    }

    private void fastCgi() {
        FastCgiSpec programs = spec.fastCGI();
        if ((programs != null) != (spec.protocol() == PoolProtocol.FAST_CGI)) {
            invalid("spec.fastCGI", "fastCGI is needed by the protocol FastCGI, and for it alone");
        }
        Set<String> names = new HashSet<>();
        List<FastCgiSpec.Param> params = programs == null ? List.of() : programs.params();
        for (int i = 0; i < params.size(); i++) {
            String name = params.get(i).name();
            if (name.startsWith("HTTP_") || OF_REQUESTS.contains(name)) {
                invalid("spec.fastCGI.params[" + i + "].name", name + " comes from the request: choose another name");
            }
            if (!names.add(name)) {
                invalid("spec.fastCGI.params[" + i + "].name", name + " is set twice: remove one");
            }
        }
    }

    private void healthCheck(HealthCheckSpec check) {
        boolean http = check.type() == HealthCheckType.HTTP
                || check.type() == HealthCheckType.HTTPS
                || check.type() == HealthCheckType.FAST_CGI;
        if (check.type() == HealthCheckType.FAST_CGI && spec.protocol() != PoolProtocol.FAST_CGI) {
            invalid("spec.healthCheck.type", "checks of the type FastCGI are for pools of that protocol");
        }
        if (check.type() == HealthCheckType.FAST_CGI && check.path() == null) {
            invalid("spec.healthCheck.path", "type FastCGI needs path, such as php-fpm's ping.path");
        }
        if (check.type() == HealthCheckType.HTTP
                && spec.protocol() == PoolProtocol.FAST_CGI
                && (check.port() == null || check.port() == 0)) {
            findings.warning(
                    "spec.healthCheck.type",
                    Reason.NO_EFFECT,
                    "HTTP checks speak HTTP, but the endpoints FastCGI: use the type FastCGI, or a port of its own");
        }
        if (!http
                && (check.path() != null
                        || check.method() != null
                        || check.body() != null
                        || !check.headers().isEmpty()
                        || !check.expectedStatuses().isEmpty())) {
            invalid(
                    "spec.healthCheck",
                    "path, method, headers, body and expectedStatuses are for the types HTTP, HTTPS and FastCGI");
        }
        if (check.type() == HealthCheckType.TCP && check.host() != null) {
            invalid("spec.healthCheck.host", "host is for the types HTTP, HTTPS, FastCGI, TLS, GRPC and DNS");
        }
        for (int i = 0; i < check.expectedStatuses().size(); i++) {
            String[] range = check.expectedStatuses().get(i).split("-", -1);
            if (Integer.parseInt(range[0]) > Integer.parseInt(range[range.length - 1])) {
                invalid(
                        "spec.healthCheck.expectedStatuses[" + i + "]",
                        "the range ends before it begins: swap its ends");
            }
        }
        Duration interval = GoDuration.parse(check.interval());
        Duration timeout = GoDuration.parse(check.timeout());
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            invalid("spec.healthCheck.interval", "must be at least 100ms");
        }
        if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(interval) > 0) {
            invalid("spec.healthCheck.timeout", "must be at least 10ms and at most interval");
        }
    }

    private void invalid(String field, String message) {
        findings.refused(field, Reason.INVALID, message);
    }
}
