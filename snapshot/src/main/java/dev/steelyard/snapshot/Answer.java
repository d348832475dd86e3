package dev.steelyard.snapshot;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/** A response of the dataplane's own, instead of a pool's. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Answer.Redirect.class, name = "redirect"),
    @JsonSubTypes.Type(value = Answer.Fixed.class, name = "fixed")
})
public sealed interface Answer {

    /** 200..599. */
    int status();

    /**
     * A redirect; what is absent stays as in the request.
     *
     * @param status 301, 302, 303, 307 or 308
     * @param scheme {@code http} or {@code https}
     * @param host lower case, without port
     * @param port absent: that of the scheme if that is given, else as in the request
     * @param path perhaps with a query, which then replaces the request's
     */
    record Redirect(
            int status, Optional<String> scheme, Optional<String> host, Optional<Integer> port, Optional<String> path)
            implements Answer {}

    /**
     * The same for every request.
     *
     * @param contentType of the body
     * @param body sent as UTF-8
     */
    record Fixed(int status, String contentType, String body) implements Answer {}
}
