package dev.steelyard.operator.validate;

import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.service.RedirectSpec;
import dev.steelyard.crds.v1alpha1.service.ResponseSpec;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.PathMatch;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.PathMatchType;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.ValueMatch;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.ValueMatchType;
import dev.steelyard.crds.v1alpha1.service.RouteSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What has to hold within the routes of a virtual service; see {@link VirtualServiceRules}. */
final class RouteRules {

    /** Requests are normalised before they are matched (RFC 3986 section 6.2.2), so none has such a path. */
    static final Pattern NEVER_A_PATH = Pattern.compile("//|/\\.{1,2}(/|$)|%2[fF]|%5[cC]|\\\\");

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private final Findings findings;

    private RouteRules(Findings findings) {
        this.findings = findings;
    }

    static void check(VirtualServiceSpec spec, Findings findings) {
        RouteRules rules = new RouteRules(findings);
        Map<String, Integer> names = new HashMap<>();
        for (int i = 0; i < spec.routes().size(); i++) {
            RouteSpec route = spec.routes().get(i);
            String field = "spec.routes[" + i + "]";
            String name = VirtualServiceRules.routeName(route, i);
            Integer other = names.putIfAbsent(name, i);
            if (other != null) {
                rules.invalid(field + ".name", "spec.routes[" + other + "] is called " + name + " too: rename one");
            }
            if (name.equals(VirtualServiceRules.DEFAULT_ROUTE) && spec.pool() != null) {
                rules.invalid(field + ".name", "default is what the route to spec.pool is called: choose another name");
            }
            rules.route(route, field);
        }
    }

    private void route(RouteSpec route, String field) {
        int targets = (route.pools().isEmpty() ? 0 : 1)
                + (route.redirect() == null ? 0 : 1)
                + (route.respond() == null ? 0 : 1);
        if (targets != 1) {
            invalid(field, "a route has exactly one of pools, redirect and respond");
        } else if (!route.pools().isEmpty() && route.pools().stream().allMatch(pool -> pool.weight() == 0)) {
            invalid(field + ".pools", "at least one pool needs a weight above 0");
        }
        if (route.redirect() != null) {
            redirect(route.redirect(), field + ".redirect");
        }
        if (route.respond() != null) {
            respond(route.respond(), field + ".respond");
        }
        for (int j = 0; j < route.match().size(); j++) {
            match(route.match().get(j), field + ".match[" + j + "]");
        }
    }

    private void redirect(RedirectSpec redirect, String field) {
        if (!List.of(301, 302, 303, 307, 308).contains(redirect.status())) {
            invalid(field + ".status", "status must be 301, 302, 303, 307 or 308");
        }
        if (redirect.scheme() == null
                && redirect.host() == null
                && redirect.port() == null
                && redirect.path() == null) {
            invalid(field, "a redirect must change scheme, host, port or path, or it would lead to itself");
        }
        if (redirect.path() != null && !redirect.path().startsWith("/")) {
            invalid(field + ".path", "a path begins with /");
        }
    }

    private void respond(ResponseSpec respond, String field) {
        boolean bodiless = respond.status() == 204 || respond.status() == 205 || respond.status() == 304;
        if (bodiless && !respond.body().isEmpty()) {
            invalid(field + ".body", "a response with status " + respond.status() + " has no body: remove it");
        }
    }

    private void match(RouteMatchSpec match, String field) {
        if (match.path() != null) {
            path(match.path(), field + ".path.value");
        }
        values(match.headers(), field + ".headers", true);
        values(match.cookies(), field + ".cookies", true);
        values(match.query(), field + ".query", false);
        for (int i = 0; i < match.headers().size(); i++) {
            if (match.headers().get(i).name().equalsIgnoreCase("host")) {
                invalid(field + ".headers[" + i + "].name", "hosts are matched by spec.hosts: name it there");
            }
        }
        for (int i = 0; i < match.sourceCIDRs().size(); i++) {
            String block = match.sourceCIDRs().get(i);
            if (Cidr.parse(block).isEmpty()) {
                invalid(field + ".sourceCIDRs[" + i + "]", block + " is no address block such as 10.0.0.0/8");
            }
        }
    }

    private void path(PathMatch path, String field) {
        if (path.type() == PathMatchType.REGEX) {
            Expressions.problem(path.value()).ifPresent(problem -> invalid(field, problem));
        } else if (!path.value().startsWith("/")
                || path.value().contains("?")
                || path.value().contains("#")) {
            invalid(field, "an Exact or Prefix path begins with / and holds neither ? nor #");
        } else if (NEVER_A_PATH.matcher(path.value()).find()) {
            invalid(
                    field,
                    path.value() + " matches no request, because //, /./, /../, %2F, %5C and \\ are resolved or refused"
                            + " before: remove them");
        }
    }

    private void values(List<ValueMatch> values, String field, boolean tokens) {
        for (int i = 0; i < values.size(); i++) {
            ValueMatch value = values.get(i);
            String at = field + "[" + i + "]";
            if ((value.type() == ValueMatchType.PRESENT) != (value.value() == null)) {
                invalid(at + ".value", "type Exact and Regex need value, and Present has none");
            } else if (value.type() == ValueMatchType.REGEX && value.value() != null) {
                Expressions.problem(value.value()).ifPresent(problem -> invalid(at + ".value", problem));
            }
            if (tokens && !TOKEN.matcher(value.name()).matches()) {
                invalid(at + ".name", value.name() + " can be no name there");
            }
        }
    }

    private void invalid(String field, String message) {
        findings.refused(field, Reason.INVALID, message);
    }
}
