package dev.steelyard.crds.v1alpha1.pool;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import dev.steelyard.crds.HeaderField;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How endpoints are probed. The fields of a request have no default in the schema, because they are refused where the type of
 * check has no use for them; {@link #DEFAULT_METHOD} and its neighbours say what an HTTP check takes instead.
 */
@ApiObject
@ValidationRule(
        value = "self.type in ['HTTP', 'HTTPS', 'FastCGI'] || !(has(self.path) || has(self.method) || has(self.headers)"
                + " || has(self.body) || has(self.expectedStatuses))",
        message = "path, method, headers, body and expectedStatuses are for the types HTTP, HTTPS and FastCGI")
@ValidationRule(
        value = "self.type in ['HTTP', 'HTTPS', 'FastCGI', 'TLS', 'GRPC', 'DNS'] || !has(self.host)",
        message = "host is for the types HTTP, HTTPS, FastCGI, TLS, GRPC and DNS",
        fieldPath = ".host")
@ValidationRule(
        value = "self.type != 'FastCGI' || has(self.path)",
        message = "type FastCGI needs path, such as php-fpm's ping.path",
        fieldPath = ".path")
@ValidationRule(
        value = "self.type in ['MySQL', 'PostgreSQL', 'Redis'] || !has(self.secretName)",
        message = "secretName is for the types MySQL, PostgreSQL and Redis",
        fieldPath = ".secretName")
@ValidationRule(
        value = "self.type != 'Agent' || has(self.port)",
        message = "type Agent needs port: the agent does not listen where the endpoint does",
        fieldPath = ".port")
@ValidationRule(
        value = "duration(self.interval) >= duration('100ms')",
        message = "interval must be at least 100ms",
        fieldPath = ".interval")
@ValidationRule(
        value = "duration(self.timeout) >= duration('10ms') && duration(self.timeout) <= duration(self.interval)",
        message = "timeout must be at least 10ms and at most interval",
        fieldPath = ".timeout")
@ValidationRule(
        value = "!has(self.fastInterval) || (duration(self.fastInterval) >= duration('100ms')"
                + " && duration(self.fastInterval) <= duration(self.interval))",
        message = "fastInterval must be at least 100ms and at most interval",
        fieldPath = ".fastInterval")
public record HealthCheckSpec(
        @JsonPropertyDescription(
                "What is tried. TCP, TLS: a handshake. HTTP, HTTPS: a request. FastCGI: a request to a pool"
                        + " of that protocol, such as php-fpm's ping.path. GRPC: the standard health"
                        + " service. MySQL, PostgreSQL, Redis: a login and a trivial query. DNS: a query. Agent: a program on the"
                        + " endpoint that tells its state and weight in HAProxy's agent-check format.")
        @Required
        HealthCheckType type,

        @JsonPropertyDescription("Path of an HTTP request, perhaps with a query. Absent: /.")
        @Pattern(Formats.PATH)
        @Nullable
        String path,

        @JsonPropertyDescription("Port to probe. Absent or 0: the endpoint's own.") @Min(0) @Max(65_535) @Nullable
        Integer port,

        @JsonPropertyDescription("Method of an HTTP request. Absent: GET.") @Pattern(Formats.METHOD) @Nullable
        String method,

        @JsonPropertyDescription("Host field of an HTTP request, authority of GRPC, SNI of TLS, name that DNS asks for."
                + " Absent: the endpoint's address and port; for DNS the root zone.")
        @Pattern(Formats.AUTHORITY)
        @Nullable
        String host,

        @JsonPropertyDescription("Further header fields of an HTTP request.") @Size(max = 16)
        List<HeaderField> headers,

        @JsonPropertyDescription("What the body of an HTTP response must hold in its first 64 KiB. Absent: anything.")
        @Nullable
        BodyMatch body,

        @JsonPropertyDescription("Statuses and ranges of them that are successes for an HTTP request. Absent: 200-399.")
        @Size(min = 1, max = 16)
        List<@Pattern(Formats.STATUS_RANGE) String> expectedStatuses,

        @JsonPropertyDescription("Time from the start of one probe to the start of the next; at least 100ms.")
        @Default("2s")
        @Pattern(Formats.DURATION)
        String interval,

        @JsonPropertyDescription("Longest time for a probe; at least 10ms and at most interval.")
        @Default("1s")
        @Pattern(Formats.DURATION)
        String timeout,

        @JsonPropertyDescription("Interval while an endpoint is between up and down. Absent: interval.")
        @Pattern(Formats.DURATION)
        @Nullable
        String fastInterval,

        @JsonPropertyDescription("Successes in a row that bring an endpoint up.") @Default("2") @Min(1) @Max(100)
        Integer rise,

        @JsonPropertyDescription("Failures in a row that take an endpoint down.") @Default("3") @Min(1) @Max(100)
        Integer fall,

        @JsonPropertyDescription(
                "Name of a Secret of type kubernetes.io/basic-auth in this namespace with the login for"
                        + " MySQL, PostgreSQL or Redis.")
        @Pattern(Formats.NAME)
        @Nullable
        String secretName) {

    /** Path of an HTTP check that names none. */
    public static final String DEFAULT_PATH = "/";

    /** Method of an HTTP check that names none. */
    public static final String DEFAULT_METHOD = "GET";

    /** Statuses that an HTTP check expects if it names none. */
    public static final List<String> DEFAULT_EXPECTED_STATUSES = List.of("200-399");

    public HealthCheckSpec {
        headers = Absent.list(headers);
        expectedStatuses = Absent.list(expectedStatuses);
        interval = Absent.or(interval, "2s");
        timeout = Absent.or(timeout, "1s");
        rise = Absent.or(rise, 2);
        fall = Absent.or(fall, 3);
    }

    /** What a body must hold. */
    @ApiObject
    @ValidationRule(
            value = "has(self.contains) != has(self.regex)",
            message = "body has exactly one of contains and regex")
    public record BodyMatch(
            @JsonPropertyDescription("Text that must occur.") @Size(min = 1, max = 1024) @Nullable
            String contains,

            @JsonPropertyDescription("RE2 expression that must match somewhere.") @Size(min = 1, max = 1024) @Nullable
            String regex) {}

    /** What is tried. */
    public enum HealthCheckType {
        TCP,
        TLS,
        HTTP,
        HTTPS,
        /** A FastCGI request. */
        @JsonProperty("FastCGI")
        FAST_CGI,
        GRPC,
        @JsonProperty("MySQL")
        MY_SQL,
        @JsonProperty("PostgreSQL")
        POSTGRE_SQL,
        @JsonProperty("Redis")
        REDIS,
        DNS,
        /** HAProxy's agent-check. */
        @JsonProperty("Agent")
        AGENT
    }
}
