package dev.steelyard.snapshot;

import java.util.List;

/**
 * What a request has to be beside its path and method, all of it; an empty list asks for nothing.
 *
 * @param headers of its header fields, each; names in lower case
 * @param cookies of its cookies, each
 * @param query of its query parameters, each
 * @param contentTypes its body is of one of these media types: lower case, without parameters, {@code *} for any subtype
 * @param acceptTypes its {@code Accept} prefers one of these, in the same form
 * @param sourceCidrs its client is in one of these networks
 */
public record Conditions(
        List<ValueMatch> headers,
        List<ValueMatch> cookies,
        List<ValueMatch> query,
        List<String> contentTypes,
        List<String> acceptTypes,
        List<String> sourceCidrs) {

    /** Asks for nothing. */
    public static final Conditions NONE =
            new Conditions(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public Conditions {
        headers = List.copyOf(headers);
        cookies = List.copyOf(cookies);
        query = List.copyOf(query);
        contentTypes = List.copyOf(contentTypes);
        acceptTypes = List.copyOf(acceptTypes);
        sourceCidrs = List.copyOf(sourceCidrs);
    }

    /**
     * What one of several values has to be.
     *
     * @param type how {@code value} is compared, case-sensitively
     * @param name of the field, cookie or parameter
     * @param value empty for {@link Type#PRESENT}
     */
    public record ValueMatch(Type type, String name, String value) {

        /** How a value is compared. */
        public enum Type {
            EXACT,
            /** An RE2 expression for the whole value. */
            REGEX,
            PRESENT
        }
    }
}
