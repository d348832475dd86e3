package dev.steelyard.dataplane.filter;

import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Route.PathMatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that a route does on the way, in the order in which it is done. What is null is not done. Immutable; for all threads. Compared by
 * identity: routes with the same filters share them.
 */
public final class RouteFilters {

    /** Does nothing. */
    public static final RouteFilters NONE = new RouteFilters(null, null, null, null, null, null, null, null);

    private final @Nullable AccessList access;
    private final @Nullable CrossOrigin crossOrigin;
    private final @Nullable Rewriting rewriting;
    private final @Nullable HeaderChanges request;
    private final @Nullable Mirroring mirroring;
    private final @Nullable HeaderChanges response;
    private final @Nullable ErrorPages errorPages;
    private final @Nullable Diagnostics diagnostics;

    /**
     * @param access who is let in
     * @param crossOrigin what browsers are told
     * @param rewriting what the pool is asked for
     * @param request changes to what the pool gets
     * @param mirroring where copies go
     * @param response changes to what the client gets
     * @param errorPages bodies that errors have
     * @param diagnostics who is told why a response is as it is
     */
    public RouteFilters(
            @Nullable AccessList access,
            @Nullable CrossOrigin crossOrigin,
            @Nullable Rewriting rewriting,
            @Nullable HeaderChanges request,
            @Nullable Mirroring mirroring,
            @Nullable HeaderChanges response,
            @Nullable ErrorPages errorPages,
            @Nullable Diagnostics diagnostics) {
        this.access = access;
        this.crossOrigin = crossOrigin;
        this.rewriting = rewriting;
        this.request = request;
        this.mirroring = mirroring;
        this.response = response;
        this.errorPages = errorPages;
        this.diagnostics = diagnostics;
    }

    /**
     * Compiles them: not on an event loop.
     *
     * @param matched what the route's path has to be
     * @param pools throws if there is none of that key
     * @param pages throws if there are none of that policy
     * @throws IllegalArgumentException if there is something that cannot be done, with a message for the user
     */
    public static RouteFilters of(
            Filters filters,
            PathMatch matched,
            Function<ObjectKey, LivePool> pools,
            Function<String, ErrorPages> pages) {
        return new RouteFilters(
                filters.access().map(AccessList::of).orElse(null),
                filters.cors().map(CrossOrigin::of).orElse(null),
                filters.rewrite().map(rewrite -> Rewriting.of(rewrite, matched)).orElse(null),
                filters.requestHeaders().map(HeaderChanges::of).orElse(null),
                filters.mirror()
                        .map(mirror -> new Mirroring(pools.apply(mirror.pool()), mirror.percent()))
                        .orElse(null),
                filters.responseHeaders().map(HeaderChanges::of).orElse(null),
                filters.errorPages().map(pages).orElse(null),
                filters.diagnostics().map(Diagnostics::of).orElse(null));
    }

    /** Who is let in. */
    public @Nullable AccessList access() {
        return access;
    }

    /** What browsers are told of other sites. */
    public @Nullable CrossOrigin crossOrigin() {
        return crossOrigin;
    }

    /** What the pool is asked for instead. */
    public @Nullable Rewriting rewriting() {
        return rewriting;
    }

    /** Changes to what the pool gets. */
    public @Nullable HeaderChanges request() {
        return request;
    }

    /** Where copies go. */
    public @Nullable Mirroring mirroring() {
        return mirroring;
    }

    /** Who is told why a response is as it is. */
    public @Nullable Diagnostics diagnostics() {
        return diagnostics;
    }

    /** Bodies that errors have. */
    public @Nullable ErrorPages errorPages() {
        return errorPages;
    }

    /** Changes to what the client gets, be it the pool's or ours. */
    public @Nullable HeaderChanges response() {
        return response;
    }
}
