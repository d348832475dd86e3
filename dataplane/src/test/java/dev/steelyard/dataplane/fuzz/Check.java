package dev.steelyard.dataplane.fuzz;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What must hold of every input. */
public final class Check {

    private Check() {}

    /** Both are the same; {@code what} says of what. */
    public static void equal(@Nullable Object found, @Nullable Object wanted, String what) {
        if (!Objects.equals(found, wanted)) {
            throw new AssertionError(what + ": " + found + "\nbut: " + wanted);
        }
    }

    /** It is so; {@code what} says how it is not. */
    public static void holds(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
