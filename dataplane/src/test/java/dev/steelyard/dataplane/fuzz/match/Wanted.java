package dev.steelyard.dataplane.fuzz.match;

import dev.steelyard.snapshot.Conditions;
import dev.steelyard.snapshot.Conditions.ValueMatch;
import java.util.List;

/** Routes' conditions, one at a time. */
final class Wanted {

    private Wanted() {}

    static Conditions cookie(ValueMatch match) {
        return new Conditions(List.of(), List.of(match), List.of(), List.of(), List.of(), List.of());
    }

    static Conditions query(ValueMatch match) {
        return new Conditions(List.of(), List.of(), List.of(match), List.of(), List.of(), List.of());
    }

    static Conditions contentType(String type) {
        return new Conditions(List.of(), List.of(), List.of(), List.of(type), List.of(), List.of());
    }

    static Conditions accept(String type) {
        return new Conditions(List.of(), List.of(), List.of(), List.of(), List.of(type), List.of());
    }
}
