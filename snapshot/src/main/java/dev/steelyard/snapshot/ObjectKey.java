package dev.steelyard.snapshot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;

/**
 * The name of a namespaced object. Ordered by namespace, then name; written {@code namespace/name}.
 *
 * @param namespace the namespace, never empty
 * @param name the name within it, never empty
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

    private static final Comparator<ObjectKey> ORDER =
            Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

    /**
     * Reads {@code namespace/name}.
     *
     * @throws IllegalArgumentException if there is not exactly one slash with text on both sides
     */
    @JsonCreator
    public static ObjectKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException("not of the form namespace/name: " + text);
        }
        return new ObjectKey(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }

    @JsonValue
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
