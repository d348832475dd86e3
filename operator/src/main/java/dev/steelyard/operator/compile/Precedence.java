package dev.steelyard.operator.compile;

import dev.steelyard.snapshot.Conditions;
import dev.steelyard.snapshot.Conditions.ValueMatch;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.PathMatch;
import java.util.Comparator;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Which of two routes is tried first: that of the more specific match, as Gateway API has it. By path: exact, then the longest prefix, then
 * an expression, then what matches every path. Then whoever names methods; more headers, cookies and media types; more query parameters;
 * whoever names sources; more values that are exact. Gateway API leaves expressions to the implementation; they come before {@code /} since
 * nearly every list of routes has a catch-all, and after all other prefixes since a prefix says more surely what is meant.
 */
final class Precedence {

    /** The first first; the order of the spec decides among equals. */
    static final Comparator<Route> ORDER = Comparator.comparingInt(Precedence::pathRank)
            .thenComparing(most(route -> route.path().type() == PathMatch.Type.REGEX
                    ? 0
                    : route.path().value().length()))
            .thenComparing(most(route -> route.methods().isEmpty() ? 0 : 1))
            .thenComparing(most(route -> headers(conditions(route))))
            .thenComparing(most(route -> conditions(route).query().size()))
            .thenComparing(most(route -> conditions(route).sourceCidrs().isEmpty() ? 0 : 1))
            .thenComparing(most(route -> exact(conditions(route))));

    private Precedence() {}

    private static Comparator<Route> most(ToIntFunction<Route> count) {
        return Comparator.comparingInt(count).reversed();
    }

    private static int pathRank(Route route) {
        return switch (route.path().type()) {
            case EXACT -> 0;
            case PREFIX -> route.path().equals(PathMatch.ALL) ? 3 : 1;
            case REGEX -> 2;
        };
    }

    private static Conditions conditions(Route route) {
        return route.conditions().orElse(Conditions.NONE);
    }

    private static int headers(Conditions conditions) {
        return conditions.headers().size()
                + conditions.cookies().size()
                + (conditions.contentTypes().isEmpty() ? 0 : 1)
                + (conditions.acceptTypes().isEmpty() ? 0 : 1);
    }

    private static int exact(Conditions conditions) {
        return (int) Stream.of(conditions.headers(), conditions.cookies(), conditions.query())
                .flatMap(values -> values.stream())
                .filter(match -> match.type() == ValueMatch.Type.EXACT)
                .count();
    }
}
