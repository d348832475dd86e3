package dev.steelyard.operator.standalone;

import dev.steelyard.dataplane.fastcgi.Application;
import dev.steelyard.dataplane.fastcgi.Script;
import dev.steelyard.dataplane.filter.AskedUrl;
import dev.steelyard.dataplane.filter.RouteAnswer;
import dev.steelyard.dataplane.match.Conditions;
import dev.steelyard.snapshot.Answer;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What explains a route: why it was chosen, what it answers, and what it does on the way. */
final class ExplainedWay {

    private ExplainedWay() {}

    /** What made a request match. */
    static String reasons(Route route, ExplainedRequest request) {
        List<String> reasons = new ArrayList<>();
        reasons.add(route.path().type().name().toLowerCase(Locale.ROOT) + " path "
                + route.path().value());
        if (!route.methods().isEmpty()) {
            reasons.add("method " + request.method());
        }
        route.conditions()
                .ifPresent(conditions -> reasons.add(Conditions.of(conditions).toString()));
        int last = reasons.size() - 1;
        return last == 0
                ? reasons.getFirst()
                : String.join(", ", reasons.subList(0, last)) + " and " + reasons.getLast();
    }

    /** The FastCGI program that a pool runs for a path; empty if its endpoints are none. */
    static Optional<String> program(Pool pool, String path) {
        Application application = Application.of(pool);
        if (application == null) {
            return Optional.empty();
        }
        Script script = application.script(path);
        if (script == null) {
            return Optional.of("no program has this path: answered 404");
        }
        return Optional.of("runs " + application.documentRoot() + script.name()
                + (script.pathInfo().isEmpty() ? "" : ", PATH_INFO " + script.pathInfo()));
    }

    /** What is answered. */
    static List<String> answer(Answer answer, ExplainedRequest request) {
        return List.of(
                switch (answer) {
                    case Answer.Redirect redirect ->
                        "answer           redirect " + redirect.status() + " to "
                                + new RouteAnswer.Redirection(redirect).location(asked(request));
                    case Answer.Fixed fixed ->
                        "answer           status " + fixed.status()
                                + (fixed.body().isEmpty()
                                        ? ", no body"
                                        : ", " + fixed.contentType() + ", "
                                                + fixed.body().length() + " characters");
                });
    }

    private static AskedUrl asked(ExplainedRequest request) {
        boolean secure = request.protocol() == Protocol.HTTPS;
        return new AskedUrl(
                secure ? "https" : "http",
                request.host(),
                request.port() == (secure ? 443 : 80) ? 0 : request.port(),
                request.path(),
                request.query());
    }
}
