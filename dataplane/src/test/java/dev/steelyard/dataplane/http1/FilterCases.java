package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.filter.ErrorPages;
import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.snapshot.Answer;
import dev.steelyard.snapshot.Conditions;
import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.Filters.Field;
import dev.steelyard.snapshot.HealthCheck.StatusRange;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Route.Timeouts;
import java.util.List;
import java.util.Optional;

/** Routes that do one thing on the way. */
public final class FilterCases {

    static final Filters.Rewrite TO_HOST =
            new Filters.Rewrite(Optional.of("origin.example"), Optional.empty(), Optional.empty(), Optional.empty());

    private FilterCases() {}

    static PathMatch prefix(String path) {
        return new PathMatch(PathMatch.Type.PREFIX, path);
    }

    static Route answering(String path, Answer answer) {
        return route(prefix(path), Optional.empty(), Optional.of(answer), Filters.NONE);
    }

    static Route asking(PathMatch path, Conditions conditions, Answer answer) {
        return route(path, Optional.of(conditions), Optional.of(answer), Filters.NONE);
    }

    static Route doing(String path, Filters filters) {
        return route(prefix(path), Optional.empty(), Optional.empty(), filters);
    }

    private static Route route(
            PathMatch path, Optional<Conditions> conditions, Optional<Answer> answer, Filters filters) {
        return new Route(
                path.value(),
                path,
                List.of(),
                List.of(),
                Timeouts.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                conditions,
                answer,
                Optional.of(filters));
    }

    static Filters access(List<String> allow, List<String> deny) {
        return filters(Optional.of(new Filters.Access(allow, deny)), Optional.empty(), Optional.empty());
    }

    static Filters cors(Filters.Cors cors) {
        return filters(Optional.empty(), Optional.of(cors), Optional.empty());
    }

    static Filters rewrite(Filters.Rewrite rewrite) {
        return filters(Optional.empty(), Optional.empty(), Optional.of(rewrite));
    }

    static Filters.Rewrite toPath(String path) {
        return new Filters.Rewrite(Optional.empty(), Optional.of(path), Optional.empty(), Optional.empty());
    }

    static Filters.Rewrite toPrefix(String prefix) {
        return new Filters.Rewrite(Optional.empty(), Optional.empty(), Optional.of(prefix), Optional.empty());
    }

    static Filters.Rewrite substituting(String pattern, String replacement) {
        return new Filters.Rewrite(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Filters.Substitution(pattern, replacement)));
    }

    static Filters mirrored(int percent) {
        return new Filters(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Filters.Mirror(new ObjectKey("test", "mirror"), percent)));
    }

    /** The bodies that every policy of the tests' says. */
    public static ErrorPages errorPages(String policy) {
        return ErrorPages.of(new dev.steelyard.snapshot.ErrorPages(
                policy,
                List.of(
                        page("<h1>Soon back: caf\u00e9</h1>", true, 502, 504),
                        page("<h1>Sorry</h1>", false, 400, 599),
                        page("never", true, 400, 599))));
    }

    private static dev.steelyard.snapshot.ErrorPages.Page page(String body, boolean replace, int low, int high) {
        return new dev.steelyard.snapshot.ErrorPages.Page(
                List.of(new StatusRange(low, high)), body, "text/html; charset=utf-8", replace);
    }

    /** With {@link #errorPages}, a change of the response, and diagnostics. */
    public static Filters paged() {
        return new Filters(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(changes(List.of("x-gone"), List.of(new Field("X-Set", "1")), List.of())),
                Optional.empty(),
                Optional.of("pages"),
                Optional.of(new Filters.Diagnostics("X-Why", List.of("127.0.0.0/8", "::1/128"))));
    }

    /** Those, compiled. */
    public static RouteFilters compiled() {
        return RouteFilters.of(
                paged(),
                PathMatch.ALL,
                key -> {
                    throw new AssertionError(key);
                },
                FilterCases::errorPages);
    }

    static Filters headers(Filters.HeaderChanges requests, Filters.HeaderChanges responses) {
        return new Filters(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(requests),
                Optional.of(responses),
                Optional.empty());
    }

    static Filters.HeaderChanges changes(List<String> remove, List<Field> set, List<Field> add) {
        return new Filters.HeaderChanges(remove, set, add);
    }

    private static Filters filters(
            Optional<Filters.Access> access, Optional<Filters.Cors> cors, Optional<Filters.Rewrite> rewrite) {
        return new Filters(access, cors, rewrite, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
