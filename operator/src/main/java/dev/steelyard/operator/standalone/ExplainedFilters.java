package dev.steelyard.operator.standalone;

import dev.steelyard.dataplane.filter.AccessList;
import dev.steelyard.dataplane.filter.Rewriting;
import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a route's filters do to one request, in the order in which they do it. */
final class ExplainedFilters {

    private final List<String> lines = new ArrayList<>();
    private final ExplainedRequest request;

    private ExplainedFilters(ExplainedRequest request) {
        this.request = request;
    }

    /** Whether a request is let in; where it is not, nothing else happens to it. */
    static boolean admitted(Route route, ExplainedRequest request) {
        return route.filters()
                .flatMap(Filters::access)
                .map(access -> AccessList.of(access).admits(request.client()))
                .orElse(true);
    }

    /** The path that pools are asked for. */
    static String path(Route route, ExplainedRequest request) {
        return route.filters()
                .flatMap(Filters::rewrite)
                .map(rewrite -> Rewriting.of(rewrite, route.path()).change().apply(request.path()))
                .orElse(request.path());
    }

    /** One line for each that does something. */
    static List<String> of(Route route, ExplainedRequest request) {
        ExplainedFilters explained = new ExplainedFilters(request);
        route.filters().ifPresent(filters -> explained.filters(route, filters));
        return explained.lines;
    }

    private void filters(Route route, Filters filters) {
        filters.access()
                .ifPresent(access -> say(
                        "access",
                        request.client().getHostAddress()
                                + (admitted(route, request) ? " is let in" : " is not let in: answered 403")));
        filters.cors().ifPresent(cors -> say("cors", "origins " + String.join(", ", cors.allowOrigins())));
        filters.rewrite().ifPresent(rewrite -> rewrite(Rewriting.of(rewrite, route.path())));
        filters.requestHeaders().ifPresent(changes -> say("request", changes(changes)));
        filters.mirror()
                .ifPresent(mirror -> say(
                        "mirror",
                        "a copy of " + mirror.percent() + " % goes to pool "
                                + mirror.pool().name()));
        filters.errorPages().ifPresent(policy -> say("error pages", "of policy " + policy));
        filters.responseHeaders().ifPresent(changes -> say("response", changes(changes)));
        filters.diagnostics()
                .ifPresent(asked -> say(
                        "diagnostics",
                        "asked for by " + asked.flagsHeader() + " from " + String.join(", ", asked.sourceCidrs())));
    }

    private void rewrite(Rewriting rewriting) {
        List<String> asked = new ArrayList<>();
        String path = rewriting.change().apply(request.path());
        if (!path.equals(request.path())) {
            asked.add("path " + path);
        }
        if (rewriting.host() != null) {
            asked.add("host " + rewriting.host());
        }
        say("rewrite", asked.isEmpty() ? "leaves it as it is" : "the pool is asked for " + String.join(" of ", asked));
    }

    private static String changes(Filters.HeaderChanges changes) {
        return String.join(
                ", ",
                Stream.of(
                                changes.remove().stream().map(name -> "removes " + name),
                                changes.set().stream().map(field -> "sets " + field.name() + ": " + field.value()),
                                changes.add().stream().map(field -> "adds " + field.name() + ": " + field.value()))
                        .flatMap(all -> all)
                        .toList());
    }

    private void say(String section, String what) {
        lines.add(String.format("%-14s %s", section, what));
    }
}
