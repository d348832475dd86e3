package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.edition.RouteTarget;
import dev.steelyard.dataplane.filter.AccessList;
import dev.steelyard.dataplane.filter.AskedUrl;
import dev.steelyard.dataplane.filter.CrossOrigin;
import dev.steelyard.dataplane.filter.Diagnostics;
import dev.steelyard.dataplane.filter.ErrorPages;
import dev.steelyard.dataplane.filter.HeaderChanges;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.filter.Rewriting;
import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.MessageHead;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route does to one request and its response on the way. This is where the order of execution is laid down: access, preflight
 * requests, the route's own answer, rewriting, request headers; on the way back error pages, what browsers are told, response headers, diagnostics.
 */
final class Filtering {

    private final RouteFilters filters;
    private final @Nullable String origin;
    private final boolean told;
    private boolean toPreflight;

    /** For what has no route. */
    static final Filtering NONE = new Filtering(RouteFilters.NONE, null, false);

    private Filtering(RouteFilters filters, @Nullable String origin, boolean told) {
        this.filters = filters;
        this.origin = origin;
        this.told = told;
    }

    /** What a route does to a request; this object is kept for its response. */
    static Filtering of(RouteFilters filters, RequestHead head, RoutedRequest request) {
        if (filters == RouteFilters.NONE) {
            return NONE;
        }
        Diagnostics diagnostics = filters.diagnostics();
        boolean told =
                diagnostics != null && head.find(diagnostics.field(), 0) >= 0 && diagnostics.admits(request.client());
        return new Filtering(filters, filters.crossOrigin() == null ? null : value(head, "origin"), told);
    }

    /** What came of a request before a pool is asked. */
    sealed interface Outcome {

        /** It goes to the pool, changed as the route asks. */
        record Passed() implements Outcome {}

        /** It is answered here. */
        record Answered(LocalReply reply) implements Outcome {}

        /** It is answered as the flag says. */
        record Refused(ResponseFlag flag) implements Outcome {}

        /** It cannot be changed as the route asks. */
        record Malformed(MalformedMessage why) implements Outcome {}
    }

    private static final Outcome PASSED = new Outcome.Passed();

    /** Lets the request pass, changed, or says what it is answered. */
    Outcome before(RouteTarget target, RoutedRequest request, RequestHead head, ClientOrigin client, boolean secure) {
        AccessList access = filters.access();
        if (access != null && !access.admits(request.client())) {
            return new Outcome.Refused(ResponseFlag.ACCESS_DENIED);
        }
        CrossOrigin crossOrigin = filters.crossOrigin();
        if (crossOrigin != null && origin != null && preflight(head)) {
            toPreflight = true;
            return new Outcome.Answered(crossOrigin.preflight(origin));
        }
        if (target.answer() != null) {
            return new Outcome.Answered(target.answer().reply(asked(request, head, client, secure)));
        }
        try {
            change(head);
            return PASSED;
        } catch (MalformedMessage e) {
            return new Outcome.Malformed(e);
        }
    }

    /** Fetch standard, section 3.2.2: only browsers send this field, and only there. */
    private static boolean preflight(RequestHead head) {
        return head.method().equals("OPTIONS") && head.find("access-control-request-method", 0) >= 0;
    }

    private static AskedUrl asked(RoutedRequest request, RequestHead head, ClientOrigin client, boolean secure) {
        String scheme = secure ? "https" : "http";
        int said = request.trusted() ? head.find("x-forwarded-proto", 0) : -1;
        if (said >= 0 && (head.value(said).equals("http") || head.value(said).equals("https"))) {
            scheme = head.value(said);
        }
        boolean named = !head.host().isEmpty();
        return new AskedUrl(
                scheme,
                named ? head.host() : client.localHost(),
                named ? head.hostPort() : client.localPort(),
                head.target().path(),
                head.query());
    }

    private void change(RequestHead head) throws MalformedMessage {
        Rewriting rewriting = filters.rewriting();
        if (rewriting != null) {
            String path = head.target().path();
            String changed = rewriting.change().apply(path);
            if (!changed.equals(path) && !head.target().asterisk()) {
                head.rewritePath(changed);
            }
            if (rewriting.host() != null) {
                head.rewriteHost(rewriting.host());
            }
        }
        if (filters.request() != null) {
            apply(filters.request(), head);
        }
        if (filters.diagnostics() != null) {
            head.remove(filters.diagnostics().field());
        }
    }

    /**
     * Changes a response of the pool.
     *
     * @param flags why it is as it is: bits of {@link ResponseFlag}
     */
    void response(ResponseHead head, int flags) {
        if (filters.crossOrigin() != null) {
            apply(filters.crossOrigin().changes(origin), head);
        }
        if (filters.response() != null) {
            apply(filters.response(), head);
        }
        if (filters.diagnostics() != null) {
            apply(filters.diagnostics().changes(told, flags), head);
        }
    }

    /** What the client gets instead of a response of the pool, still to be changed; null if it gets that. */
    @Nullable
    ReplacedResponse instead(ResponseHead head) {
        ErrorPages pages = filters.errorPages();
        ErrorPages.Page page = pages == null ? null : pages.page(head.status());
        return page != null && page.replaceUpstream() && ReplacedResponse.isForPeople(head)
                ? new ReplacedResponse(head, page)
                : null;
    }

    /**
     * Changes a response of our own.
     *
     * @param flags why it is as it is: bits of {@link ResponseFlag}
     */
    LocalReply response(LocalReply reply, int flags) {
        LocalReply changed = paged(reply);
        if (filters.crossOrigin() != null && !toPreflight) {
            changed = changed.changed(filters.crossOrigin().changes(origin));
        }
        if (filters.response() != null) {
            changed = changed.changed(filters.response());
        }
        Diagnostics diagnostics = filters.diagnostics();
        return diagnostics == null ? changed : changed.changed(diagnostics.changes(told, flags));
    }

    private LocalReply paged(LocalReply reply) {
        ErrorPages pages = filters.errorPages();
        ErrorPages.Page page = pages == null ? null : pages.page(reply.status());
        return page == null || !reply.bare() ? reply : reply.showing(page);
    }

    private static void apply(HeaderChanges changes, MessageHead head) {
        List<String> removed = changes.removed();
        for (int i = 0; i < removed.size(); i++) {
            head.remove(removed.get(i));
        }
        List<HeaderChanges.Line> added = changes.added();
        for (int i = 0; i < added.size(); i++) {
            head.addToComplete(added.get(i).name(), added.get(i).octets());
        }
    }

    private static @Nullable String value(RequestHead head, String name) {
        int field = head.find(name, 0);
        return field < 0 ? null : head.value(field);
    }
}
