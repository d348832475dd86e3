package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.dataplane.match.Conditions;
import dev.steelyard.dataplane.match.MatchedRequest;
import dev.steelyard.snapshot.Route.PathMatch;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one virtual service. Their order is their precedence: the first that matches wins. Immutable.
 *
 * <p>A look-up reads the path once, whatever the number of routes, and looks at conditions only of routes whose path matches: see {@link
 * PathIndex}. Expressions are tried one after the other.
 */
public final class RouteTable {

    private final List<Entry> entries;
    private final PathIndex index;
    private final RouteFilters unmatched;

    /** One that does nothing to requests that match no route. */
    public RouteTable(List<Entry> entries) {
        this(entries, RouteFilters.NONE);
    }

    /**
     * @param unmatched what is done to responses to requests that match no route
     * @throws IllegalArgumentException if the expression of a path is malformed or too large
     */
    public RouteTable(List<Entry> entries, RouteFilters unmatched) {
        this.entries = List.copyOf(entries);
        this.index = new PathIndex(this.entries.stream().map(Entry::path).toList());
        this.unmatched = unmatched;
    }

    /**
     * @param path what the path has to be
     * @param methods that match; empty: all
     * @param conditions what else the request has to be
     * @param target what happens to it
     */
    public record Entry(PathMatch path, Set<String> methods, Conditions conditions, RouteTarget target) {

        public Entry {
            methods = Set.copyOf(methods);
        }

        /** An entry without further conditions. */
        public Entry(PathMatch path, Set<String> methods, RouteTarget target) {
            this(path, methods, Conditions.NONE, target);
        }

        /** Whether the request is as it has to be, its path aside. */
        boolean accepts(MatchedRequest request) {
            return (methods.isEmpty() || methods.contains(request.method())) && conditions.hold(request);
        }
    }

    /**
     * The route for a request.
     *
     * @param path of the request, in one reading: normalised, without the query
     * @return null if none matches
     */
    public @Nullable RouteTarget find(MatchedRequest request, String path) {
        int found = index.first(path, request, entries);
        return found < 0 ? null : entries.get(found).target();
    }

    /** What is done to responses to requests that match no route. */
    public RouteFilters unmatched() {
        return unmatched;
    }

    /** All routes, in order. */
    public List<Entry> entries() {
        return entries;
    }
}
