package dev.steelyard.operator.standalone;

import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.PathNormaliser;
import dev.steelyard.dataplane.match.Conditions;
import dev.steelyard.dataplane.match.Expressions;
import dev.steelyard.dataplane.match.MatchedRequest;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request to explain.
 *
 * @param protocol of the listener that it would come to
 * @param host lower case, without port
 * @param port 1..65535
 * @param method upper case
 * @param path without the query, in the form that routes match
 * @param query empty for none
 * @param fields each {@code Name: value}
 * @param client its address
 */
public record ExplainedRequest(
        Protocol protocol,
        String host,
        int port,
        String method,
        String path,
        String query,
        List<String> fields,
        InetAddress client)
        implements MatchedRequest {

    public ExplainedRequest {
        fields = List.copyOf(fields);
    }

    /**
     * Reads a request.
     *
     * @param url {@code http://}, {@code https://}, {@code tls://} (passed through), {@code tcp://} or {@code udp://}, with a port if that is not the scheme's own
     * @param headers {@code Name: value}; a Host field counts before the URL's
     * @param client address of who sends it
     * @throws IllegalArgumentException with a message for the user
     */
    public static ExplainedRequest of(String url, String method, List<String> headers, String client) {
        URI uri = URI.create(url);
        Protocol protocol =
                switch (uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT)) {
                    case "http" -> Protocol.HTTP;
                    case "https" -> Protocol.HTTPS;
                    case "tls" -> Protocol.TLS;
                    case "tcp" -> Protocol.TCP;
                    case "udp" -> Protocol.UDP;
                    default ->
                        throw new IllegalArgumentException(
                                "--url has to begin with http://, https://, tls://, tcp:// or udp://");
                };
        int standard = switch (protocol) {
            case HTTP -> 80;
            case HTTPS, TLS -> 443;
            case TCP, UDP -> 0;
        };
        int port = uri.getPort() < 0 ? standard : uri.getPort();
        if (uri.getHost() == null || port == 0) {
            throw new IllegalArgumentException("--url needs a host" + (port == 0 ? " and a port" : ""));
        }
        String host = uri.getHost();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("--header has to be NAME:VALUE, and is " + header);
            }
            if (header.substring(0, colon).strip().equalsIgnoreCase("host")) {
                host = header.substring(colon + 1).strip().replaceFirst(":[0-9]*$", "");
            }
        }
        return new ExplainedRequest(
                protocol,
                host.toLowerCase(Locale.ROOT),
                port,
                method.toUpperCase(Locale.ROOT),
                path(uri),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                headers,
                address(client));
    }

    private static String path(URI uri) {
        String raw = uri.getRawPath();
        try {
            return raw == null || raw.isEmpty()
                    ? "/"
                    : PathNormaliser.normalise(raw).path();
        } catch (MalformedMessage e) {
            throw new IllegalArgumentException("--url is refused: " + e.reason());
        }
    }

    private static InetAddress address(String client) {
        try {
            return InetAddress.ofLiteral(client);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--client has to be an IP address, and is " + client, e);
        }
    }

    @Override
    public int field(String lowerCaseName, int from) {
        for (int i = from; i < fields.size(); i++) {
            String field = fields.get(i);
            if (field.substring(0, field.indexOf(':')).strip().equalsIgnoreCase(lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String fieldValue(int index) {
        String field = fields.get(index);
        byte[] octets = field.substring(field.indexOf(':') + 1).strip().getBytes(StandardCharsets.UTF_8);
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** Why a route does not match; empty if it does. */
    Optional<String> mismatch(Route route) {
        String value = route.path().value();
        Optional<String> path = switch (route.path().type()) {
            case EXACT -> this.path.equals(value) ? Optional.empty() : Optional.of(" is not " + value);
            case PREFIX -> below(value) ? Optional.empty() : Optional.of(" is not below " + value);
            case REGEX ->
                Expressions.compile(value).matches(this.path)
                        ? Optional.empty()
                        : Optional.of(" does not match " + value);
        };
        if (path.isPresent()) {
            return path.map(why -> this.path + why);
        }
        if (!route.methods().isEmpty() && !route.methods().contains(method)) {
            return Optional.of(method + " is none of " + String.join(", ", route.methods()));
        }
        return route.conditions()
                .map(conditions -> Conditions.of(conditions).failing(this))
                .filter(failing -> !failing.isEmpty())
                .map(failing -> "it is not " + failing);
    }

    private boolean below(String prefix) {
        return path.startsWith(prefix)
                && (path.length() == prefix.length() || prefix.endsWith("/") || path.charAt(prefix.length()) == '/');
    }
}
