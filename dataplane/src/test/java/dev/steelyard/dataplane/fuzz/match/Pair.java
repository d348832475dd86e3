package dev.steelyard.dataplane.fuzz.match;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.match.Conditions;
import dev.steelyard.dataplane.match.MatchedRequest;
import dev.steelyard.snapshot.Conditions.ValueMatch;
import java.util.List;
import java.util.function.Function;

/**
 * A name with its value, as a plain reading finds them in a request, beside what conditions find there.
 *
 * @param name octets taken for ISO-8859-1
 * @param value in the same way
 */
record Pair(String name, String value) {

    /** Conditions see of {@code request} what is in {@code found}, and nothing else. */
    static void compare(
            List<Pair> found, MatchedRequest request, Function<ValueMatch, dev.steelyard.snapshot.Conditions> wanted) {
        holds(false, new ValueMatch(ValueMatch.Type.PRESENT, "no-such-name", ""), request, wanted);
        for (Pair pair : found) {
            if (!ascii(pair.name) || !ascii(pair.value)) {
                continue; // what users write is UTF-8
            }
            holds(true, new ValueMatch(ValueMatch.Type.PRESENT, pair.name, ""), request, wanted);
            holds(true, new ValueMatch(ValueMatch.Type.EXACT, pair.name, pair.value), request, wanted);
            Pair other = new Pair(pair.name, pair.value + "x");
            holds(
                    found.contains(other),
                    new ValueMatch(ValueMatch.Type.EXACT, other.name, other.value),
                    request,
                    wanted);
        }
    }

    private static void holds(
            boolean expected,
            ValueMatch match,
            MatchedRequest request,
            Function<ValueMatch, dev.steelyard.snapshot.Conditions> wanted) {
        Check.equal(Conditions.of(wanted.apply(match)).hold(request), expected, match.toString());
    }

    private static boolean ascii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
