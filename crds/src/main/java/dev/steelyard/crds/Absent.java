package dev.steelyard.crds;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills in what a document leaves out. In a cluster the API server has applied the schema's defaults; in standalone mode and in
 * tests nobody has, so the records apply the same ones.
 */
public final class Absent {

    private Absent() {}

    /** The value, or the schema's default. */
    public static <T> T or(@Nullable T value, T byDefault) {
        return value == null ? byDefault : value;
    }

    /** An unmodifiable copy; empty if absent. */
    public static <T> List<T> list(@Nullable List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }
}
