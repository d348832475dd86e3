package dev.steelyard.dataplane.fuzz;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What must hold of every input. */
final class Check {

    private Check() {}

    static void equal(@Nullable Object found, @Nullable Object wanted, String what) {
        if (!Objects.equals(found, wanted)) {
            throw new AssertionError(what + ": " + found + "\nbut: " + wanted);
        }
    }

    static void holds(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
