package dev.steelyard.operator.standalone;

import dev.steelyard.snapshot.AccessLog;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Retry;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the policies of a route come to, away from the defaults, in words. */
final class ExplainedPolicies {

    private final List<String> lines = new ArrayList<>();

    private ExplainedPolicies() {}

    /** One line for each section. */
    static List<String> of(Route route) {
        ExplainedPolicies explained = new ExplainedPolicies();
        if (!route.timeouts().equals(Timeouts.DEFAULT)) {
            explained.say(
                    "timeouts",
                    "request " + limit(route.timeouts().request()) + ", idle "
                            + limit(route.timeouts().idle())
                            + route.timeouts().stream()
                                    .map(whole -> ", stream " + limit(whole))
                                    .orElse(""));
        }
        route.retry().ifPresent(explained::retry);
        route.limits().ifPresent(explained::limits);
        route.accessLog().ifPresent(explained::accessLog);
        return explained.lines;
    }

    /** One line for each section that counts for connections. */
    static List<String> of(Listener listener) {
        ExplainedPolicies explained = new ExplainedPolicies();
        if (!listener.timeouts().equals(Timeouts.DEFAULT)) {
            explained.say("timeouts", "idle " + limit(listener.timeouts().idle()));
        }
        listener.accessLog().ifPresent(explained::accessLog);
        return explained.lines;
    }

    private void retry(Retry retry) {
        String on = retry.on().stream()
                .map(failure -> failure.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
        say(
                "retry",
                retry.attempts() == 0
                        ? "never"
                        : "up to " + retry.attempts() + " times on " + on
                                + retry.perTry()
                                        .map(perTry -> ", each try " + limit(perTry))
                                        .orElse("")
                                + (retry.nonIdempotent() ? ", whatever the method" : "")
                                + ", budget " + retry.budget().percent() + " % or "
                                + retry.budget().min());
    }

    private void limits(RequestLimits limits) {
        List<String> bounds = new ArrayList<>();
        if (limits.headerBytes() != RequestLimits.NONE.headerBytes()) {
            bounds.add("headers " + limits.headerBytes() + " bytes");
        }
        if (limits.uriBytes() != RequestLimits.NONE.uriBytes()) {
            bounds.add("target " + limits.uriBytes() + " bytes");
        }
        if (limits.bodyBytes() != RequestLimits.NONE.bodyBytes()) {
            bounds.add("body " + limits.bodyBytes() + " bytes");
        }
        say("limits", String.join(", ", bounds));
    }

    private void accessLog(AccessLog log) {
        String form = switch (log.format()) {
            case COMBINED -> "Combined";
            case HA_PROXY -> "HAProxy";
            case JSON -> "JSON";
            case CUSTOM -> log.template();
        };
        say("access log", form + (log.percent() == 100 ? "" : ", " + log.percent() + " % and all 5xx"));
    }

    private void say(String section, String what) {
        lines.add(String.format("%-14s %s", section, what));
    }

    private static String limit(Duration duration) {
        return duration.isZero() ? "without limit" : duration.toMillis() + " ms";
    }
}
