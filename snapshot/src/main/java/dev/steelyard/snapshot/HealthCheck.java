package dev.steelyard.snapshot;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How endpoints of a pool are probed.
 *
 * @param probe what is sent and what is expected
 * @param port port to probe; 0: the endpoint's own
 * @param interval from the start of one probe to the start of the next
 * @param timeout of one probe
 * @param rise successes in a row that bring an endpoint up
 * @param fall failures in a row that take it down
 */
public record HealthCheck(Probe probe, int port, Duration interval, Duration timeout, int rise, int fall) {

    /** One kind of probe. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Tcp.class, name = "tcp"),
        @JsonSubTypes.Type(value = Tls.class, name = "tls"),
        @JsonSubTypes.Type(value = Http.class, name = "http"),
        @JsonSubTypes.Type(value = Https.class, name = "https"),
        @JsonSubTypes.Type(value = FastCgi.class, name = "fastCgi")
    })
    public sealed interface Probe {}

    /** A completed TCP handshake. */
    public record Tcp() implements Probe {}

    /**
     * A completed TLS handshake, with the settings of {@link Pool#tls}; in a pool without them whatever certificate is shown will do.
     *
     * @param serverName asked for by SNI, and looked for in the certificate if that is verified; empty: that of the pool's settings
     */
    public record Tls(String serverName) implements Probe {}

    /**
     * A request as that, after a TLS handshake as {@link Tls} without a name of its own.
     */
    public record Https(Http request) implements Probe {}

    /**
     * A request like that, to the FastCGI program of its path: php-fpm answers its {@code ping.path} by itself.
     *
     * @param documentRoot where programs are, without a slash at its end
     */
    public record FastCgi(Http request, String documentRoot) implements Probe {}

    /**
     * An HTTP/1.1 request.
     *
     * @param method upper case
     * @param path begins with a slash, may hold a query
     * @param host the Host field; empty: the endpoint's address and port
     * @param headers further fields
     * @param expectedStatuses a response with a status in any of these is a success
     */
    public record Http(
            String method,
            String path,
            String host,
            SortedMap<String, String> headers,
            List<StatusRange> expectedStatuses)
            implements Probe {

        public Http {
            headers = new TreeMap<>(Map.copyOf(headers));
            expectedStatuses = List.copyOf(expectedStatuses);
        }
    }

    /** Statuses from {@code low} to {@code high}, both included. */
    public record StatusRange(int low, int high) {

        /** Whether {@code status} lies in this range. */
        public boolean contains(int status) {
            return low <= status && status <= high;
        }
    }
}
