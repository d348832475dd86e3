package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.filter.ErrorPages;
import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Snapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Compiles the filters of one snapshot's routes; routes that do the same share them. For one compilation. */
final class FilterCompiler {

    private final Function<ObjectKey, LivePool> pools;
    private final Map<String, ErrorPages> errorPages = new HashMap<>();
    private final Map<Key, RouteFilters> compiled = new HashMap<>();
    private final RouteFilters unmatched;

    /** @param pools throws if there is none of that key */
    FilterCompiler(Snapshot snapshot, Function<ObjectKey, LivePool> pools) {
        this.pools = pools;
        snapshot.errorPages().forEach(said -> errorPages.put(said.policy(), ErrorPages.of(said)));
        unmatched = snapshot.unmatched()
                .map(filters -> compile(new Key(filters, PathMatch.ALL)))
                .orElse(RouteFilters.NONE);
    }

    /** For requests that match no route. */
    RouteFilters unmatched() {
        return unmatched;
    }

    /** What a path is rewritten to depends on what the route matched. */
    private record Key(Filters filters, PathMatch matched) {}

    RouteFilters filters(Route route) {
        if (route.filters().isEmpty()) {
            return RouteFilters.NONE;
        }
        Filters filters = route.filters().get();
        boolean prefix = filters.rewrite().flatMap(Filters.Rewrite::prefix).isPresent();
        Key key = new Key(filters, prefix ? route.path() : PathMatch.ALL);
        return compiled.computeIfAbsent(key, this::compile);
    }

    private RouteFilters compile(Key key) {
        return RouteFilters.of(key.filters, key.matched, pools, this::errorPages);
    }

    private ErrorPages errorPages(String policy) {
        ErrorPages pages = errorPages.get(policy);
        if (pages == null) {
            throw new IllegalArgumentException("error pages of policy " + policy + " are not in the snapshot");
        }
        return pages;
    }
}
