package dev.steelyard.operator.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The part of the API that the dataplane honours. Whatever a user sets outside of it is refused by name: a field that is new in the
 * API is refused until it is listed here, never ignored. Immutable.
 */
final class SupportedFields {

    private static final ObjectMapper JSON = new ObjectMapper();

    static final SupportedFields VIRTUAL_SERVICE = parse("""
            virtualAddresses[]
            listeners[].name
            listeners[].port
            listeners[].protocol HTTP HTTPS TLS TCP UDP
            listeners[].endPort
            listeners[].redirectToHttps
            listeners[].proxyProtocol
            listeners[].trustedProxies[]
            listeners[].limits.maxConnections
            listeners[].limits.maxConnectionAge
            listeners[].limits.headerTimeout
            listeners[].limits.keepAliveTimeout
            listeners[].limits.maxHeaderBytes
            listeners[].limits.maxRequests
            listeners[].tls.certificates[].secretName
            listeners[].tls.minVersion
            listeners[].tls.clientAuth.mode
            listeners[].tls.clientAuth.caSecretName
            listeners[].tls.http2
            listeners[].tls.http3
            hosts[]
            routes[].name
            routes[].match[].path.type
            routes[].match[].path.value
            routes[].match[].methods[]
            routes[].match[].headers[].type
            routes[].match[].headers[].name
            routes[].match[].headers[].value
            routes[].match[].cookies[].type
            routes[].match[].cookies[].name
            routes[].match[].cookies[].value
            routes[].match[].query[].type
            routes[].match[].query[].name
            routes[].match[].query[].value
            routes[].match[].contentTypes[]
            routes[].match[].acceptTypes[]
            routes[].match[].sourceCIDRs[]
            routes[].pools[].name
            routes[].pools[].weight
            routes[].policies[]
            routes[].redirect.status
            routes[].redirect.scheme
            routes[].redirect.host
            routes[].redirect.port
            routes[].redirect.path
            routes[].respond.status
            routes[].respond.body
            routes[].respond.contentType
            pool
            policies[]
            forwarding Proxy""");

    static final SupportedFields POOL = parse("""
            members[].service.name
            members[].service.port
            members[].address
            members[].host
            members[].port
            members[].weight
            members[].tier 0
            minHealthy 1
            protocol HTTP1 HTTP2 FastCGI TCP UDP
            algorithm RoundRobin WeightedRoundRobin LeastConnections
            healthCheck.type HTTP HTTPS FastCGI TCP TLS
            healthCheck.path
            healthCheck.port
            healthCheck.method
            healthCheck.host
            healthCheck.headers[].name
            healthCheck.headers[].value
            healthCheck.expectedStatuses[]
            healthCheck.interval
            healthCheck.timeout
            healthCheck.rise
            healthCheck.fall
            slowStart 0s
            onMarkedDown KeepSessions
            connections.connectTimeout
            connections.idleTimeout
            connections.maxIdle
            connections.maxRequests
            connections.maxStreams
            connections.maxPerEndpoint 0
            tls.caSecretName
            tls.clientSecretName
            tls.serverName
            tls.verify
            fastCGI.documentRoot
            fastCGI.index
            fastCGI.scripts[]
            fastCGI.fallback
            fastCGI.params[].name
            fastCGI.params[].value
            fastCGI.keepConnections
            fastCGI.maxBufferedBytes
            sendProxyProtocol""");

    static final SupportedFields POLICY = parse("""
            access.allow[]
            access.deny[]
            requestHeaders.set[].name
            requestHeaders.set[].value
            requestHeaders.add[].name
            requestHeaders.add[].value
            requestHeaders.remove[]
            responseHeaders.set[].name
            responseHeaders.set[].value
            responseHeaders.add[].name
            responseHeaders.add[].value
            responseHeaders.remove[]
            rewrite.host
            rewrite.path
            rewrite.prefix
            rewrite.regex.pattern
            rewrite.regex.substitution
            cors.allowOrigins[]
            cors.allowMethods[]
            cors.allowHeaders[]
            cors.exposeHeaders[]
            cors.allowCredentials
            cors.maxAge
            mirror.pool
            mirror.percent
            errorPages[].statuses[]
            errorPages[].body
            errorPages[].contentType
            errorPages[].replaceUpstream
            diagnostics.flagsHeader
            diagnostics.sourceCIDRs[]
            accessLog.enabled
            accessLog.format
            accessLog.template
            accessLog.percent
            timeouts.request
            timeouts.idle
            timeouts.stream
            retry.attempts
            retry.retryOn[]
            retry.perTryTimeout
            retry.nonIdempotent
            retry.budget.percent
            retry.budget.min
            limits.maxHeaderBytes
            limits.maxUriBytes
            limits.maxBodyBytes""");

    /** By path such as {@code listeners[].protocol}: the values honoured; an empty set: every value. */
    private final Map<String, Set<String>> fields;

    /** Paths above the listed ones. */
    private final Set<String> sections = new HashSet<>();

    private SupportedFields(Map<String, Set<String>> fields) {
        this.fields = fields;
        for (String path : fields.keySet()) {
            for (int end = path.length(); end > 0; end = Math.max(path.lastIndexOf('.', end - 1), 0)) {
                String section = path.substring(0, end);
                sections.add(section);
                sections.add(section.endsWith("[]") ? section.substring(0, section.length() - 2) : section);
            }
        }
    }

    /**
     * Reads a table.
     *
     * @param table one line a field: its path, then the values honoured if not all of them are
     */
    static SupportedFields parse(String table) {
        Map<String, Set<String>> fields = new TreeMap<>();
        for (String line : table.lines().toList()) {
            String[] words = line.strip().split(" +");
            Set<String> values = new HashSet<>(List.of(words).subList(1, words.length));
            fields.put(words[0], values);
        }
        return new SupportedFields(fields);
    }

    /** The paths listed. */
    Set<String> paths() {
        return fields.keySet();
    }

    /** Refuses what {@code spec} sets and the dataplane does not honour. */
    void check(Object spec, Findings findings) {
        JsonNode tree = JSON.valueToTree(spec);
        tree.properties().forEach(field -> check(field.getKey(), "spec." + field.getKey(), field.getValue(), findings));
    }

    private void check(String pattern, String path, JsonNode value, Findings findings) {
        Set<String> honoured = fields.get(pattern);
        if (honoured == null && !sections.contains(pattern)) {
            findings.refused(path, Reason.NOT_SUPPORTED, "not supported by this release: remove it");
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(pattern + "[]", path + "[" + i + "]", value.get(i), findings);
            }
        } else if (value.isObject()) {
            value.properties()
                    .forEach(field -> check(
                            pattern + "." + field.getKey(), path + "." + field.getKey(), field.getValue(), findings));
        } else if (honoured != null && !honoured.isEmpty() && !honoured.contains(value.asText())) {
            findings.refused(
                    path,
                    Reason.NOT_SUPPORTED,
                    value.asText() + " is not supported by this release: use "
                            + honoured.stream().sorted().collect(Collectors.joining(" or ")));
        }
    }
}
