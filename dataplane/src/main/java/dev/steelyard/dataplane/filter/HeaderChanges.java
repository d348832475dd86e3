package dev.steelyard.dataplane.filter;

import dev.steelyard.snapshot.Filters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Changes to header fields: first some are removed, then others are added. Immutable; for all threads.
 *
 * @param removed in lower case: those to remove and those that are set anew
 * @param added those that are set and those that are added
 */
public record HeaderChanges(List<String> removed, List<Line> added) {

    public HeaderChanges {
        removed = List.copyOf(removed);
        added = List.copyOf(added);
    }

    /**
     * A field to add.
     *
     * @param octets its value, octets taken for ISO-8859-1
     */
    public record Line(String name, String octets) {}

    /** Compiles them. */
    public static HeaderChanges of(Filters.HeaderChanges changes) {
        List<String> removed = new ArrayList<>(changes.remove().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList());
        changes.set().forEach(field -> removed.add(field.name().toLowerCase(Locale.ROOT)));
        return new HeaderChanges(
                removed.stream().distinct().toList(),
                Stream.concat(changes.set().stream(), changes.add().stream())
                        .map(field -> new Line(field.name(), octets(field.value())))
                        .toList());
    }

    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
