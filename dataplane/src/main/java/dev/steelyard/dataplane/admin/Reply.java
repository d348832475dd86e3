package dev.steelyard.dataplane.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer of the admin port.
 *
 * @param contentType of the body
 * @param fields further header fields
 */
record Reply(HttpResponseStatus status, String contentType, String body, Map<String, String> fields) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    static Reply text(HttpResponseStatus status, String body) {
        return new Reply(status, "text/plain; charset=utf-8", body + "\n", Map.of());
    }

    /** A page that may load and run what is on the admin port, and nothing else. */
    static Reply page(String body) {
        return new Reply(HttpResponseStatus.OK, "text/html; charset=utf-8", body, Map.of())
                .with(
                        HttpHeaderNames.CONTENT_SECURITY_POLICY,
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    /** A file of another kind. */
    static Reply file(String contentType, String body) {
        return new Reply(HttpResponseStatus.OK, contentType, body, Map.of());
    }

    static Reply json(Object value) {
        return json(HttpResponseStatus.OK, value);
    }

    /** What went wrong and what to do, for people and programs alike. */
    static Reply error(HttpResponseStatus status, String message) {
        return json(status, Map.of("error", message));
    }

    private static Reply json(HttpResponseStatus status, Object value) {
        try {
            return new Reply(status, "application/json", JSON.writeValueAsString(value) + "\n", Map.of());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    Reply with(AsciiString field, String value) {
        Map<String, String> more = new TreeMap<>(fields);
        more.put(field.toString(), value);
        return new Reply(status, contentType, body, more);
    }
}
