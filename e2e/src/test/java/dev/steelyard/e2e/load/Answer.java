package dev.steelyard.e2e.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

/**
 * A complete HTTP/1.1 response.
 *
 * @param fields the header fields in their order
 * @param body without the framing
 */
@SuppressWarnings("ArrayRecordComponent") // answers are not compared as a whole
public record Answer(int status, List<Field> fields, byte[] body) {

    /** One header field line. */
    public record Field(String name, String value) {}

    /** The value of the first field of that name. */
    public Optional<String> field(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, UTF_8);
    }

    @Override
    public String toString() {
        String text = text();
        return status + " " + fields + " " + (text.length() > 200 ? text.substring(0, 200) + "…" : text).strip();
    }
}
