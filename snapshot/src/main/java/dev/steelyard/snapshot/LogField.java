package dev.steelyard.snapshot;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a line of the access log can say of a request or connection. The names are those of the fields of JSON lines and of the placeholders
 * of custom ones: part of the API, never to be changed.
 */
public enum LogField {
    /** When the request's head was complete, or the connection open: RFC 3339, UTC, milliseconds. */
    TIME,
    /** The same as Apache and nginx write it: {@code 10/Oct/2026:13:55:36 +0000}. For templates alone. */
    TIME_CLF,
    NAMESPACE,
    VIRTUAL_SERVICE,
    /** The route's name; for TCP the listener's. */
    ROUTE,
    POOL,
    /** {@code IP:port} of the last endpoint asked. */
    ENDPOINT,
    /** Address of the connection's other end. */
    CLIENT_ADDRESS,
    CLIENT_PORT,
    /** {@code http}, {@code https} or {@code tcp}. */
    SCHEME,
    /** {@code HTTP/1.1} and so on. */
    PROTOCOL,
    /** The name asked for in the TLS handshake. */
    TLS_SERVER_NAME,
    METHOD,
    HOST,
    /** The request target as the client sent it, with its query. */
    PATH,
    /** 499: the client went away first. */
    STATUS,
    /** Why it ended otherwise than by the endpoint's own answer, separated by commas. */
    FLAGS,
    /** How many endpoints were asked, or the same one again; 0: none. */
    ATTEMPTS,
    /** From the client, head and body. */
    BYTES_RECEIVED,
    /** To the client, head and body. */
    BYTES_SENT,
    /** To the client, without the head. */
    BODY_BYTES_SENT,
    /** From the end of the request's head to the last byte of the response, in milliseconds. */
    DURATION_MS,
    /** How long the last connection to an endpoint took to be made, in milliseconds; absent when one was there. */
    CONNECT_MS,
    /** From the end of the request's head to the end of the response's, in milliseconds. */
    RESPONSE_MS,
    REFERER,
    USER_AGENT,
    /** {@code X-Request-Id} of the request. */
    REQUEST_ID,
    /** {@code X-Forwarded-For} as the client sent it. */
    X_FORWARDED_FOR;

    private static final Map<String, LogField> BY_KEY =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(LogField::key, Function.identity()));

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Its name for users: lower case, words joined by underscores. */
    public String key() {
        return key;
    }

    /** Its place among all fields, from 0: for arrays that are kept by field. */
    @SuppressWarnings("EnumOrdinal") // an index is what it is for
    public int index() {
        return ordinal();
    }

    /** The field of that name. */
    public static Optional<LogField> of(String key) {
        return Optional.ofNullable(BY_KEY.get(key));
    }
}
