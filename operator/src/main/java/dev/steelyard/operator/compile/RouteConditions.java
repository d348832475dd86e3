package dev.steelyard.operator.compile;

import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.ValueMatch;
import dev.steelyard.snapshot.Conditions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a match asks of a request beside path and method. */
final class RouteConditions {

    private RouteConditions() {}

    static Optional<Conditions> of(RouteMatchSpec match) {
        Conditions conditions = new Conditions(
                match.headers().stream()
                        .map(header -> value(header, header.name().toLowerCase(Locale.ROOT)))
                        .toList(),
                values(match.cookies()),
                values(match.query()),
                match.contentTypes().stream().distinct().toList(),
                match.acceptTypes().stream().distinct().toList(),
                match.sourceCIDRs().stream().distinct().toList());
        return conditions.equals(Conditions.NONE) ? Optional.empty() : Optional.of(conditions);
    }

    private static List<Conditions.ValueMatch> values(List<ValueMatch> matches) {
        return matches.stream().map(match -> value(match, match.name())).toList();
    }

    private static Conditions.ValueMatch value(ValueMatch match, String name) {
        return new Conditions.ValueMatch(
                switch (match.type()) {
                    case EXACT -> Conditions.ValueMatch.Type.EXACT;
                    case REGEX -> Conditions.ValueMatch.Type.REGEX;
                    case PRESENT -> Conditions.ValueMatch.Type.PRESENT;
                },
                name,
                match.value() == null ? "" : match.value());
    }
}
