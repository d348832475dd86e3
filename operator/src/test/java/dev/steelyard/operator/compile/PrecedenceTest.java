package dev.steelyard.operator.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.PathMatch;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.PathMatchType;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.ValueMatch;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec.ValueMatchType;
import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.edition.RouteTable;
import dev.steelyard.dataplane.edition.RouteTarget;
import dev.steelyard.dataplane.match.Conditions;
import dev.steelyard.dataplane.match.MatchedRequest;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.Timeouts;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** The compiler's order and the dataplane's index together choose what the documented rules do, tried on one match after the other. */
class PrecedenceTest {

    private static final ObjectKey SHOP = new ObjectKey("shop", "web");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A request with at most one field {@code x}, one field {@code y} and one parameter {@code q}. */
    record Asked(String method, String path, String x, String y, String query, InetAddress client)
            implements MatchedRequest {

        @Override
        public int field(String lowerCaseName, int from) {
            int index = lowerCaseName.equals("x") ? 0 : 1;
            return from <= index && !fieldValue(index).isEmpty() ? index : -1;
        }

        @Override
        public String fieldValue(int index) {
            return index == 0 ? x : y;
        }
    }

    @Property
    void theMostSpecificMatchWins(
            @ForAll("routes") List<List<Map<String, Object>>> routes, @ForAll("requests") Asked request) {
        VirtualServiceSpec spec = spec(routes);
        assertThat(indexed(spec, request)).isEqualTo(byTheRules(spec, request));
    }

    private static VirtualServiceSpec spec(List<List<Map<String, Object>>> routes) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (List<Map<String, Object>> matches : routes) {
            all.add(Map.of("match", matches, "respond", Map.of("status", 200)));
        }
        return JSON.convertValue(
                Map.of("listeners", List.of(Map.of("name", "web", "port", 80, "protocol", "HTTP")), "routes", all),
                VirtualServiceSpec.class);
    }

    private static String indexed(VirtualServiceSpec spec, Asked request) {
        ServiceModel model = new ServiceModel(
                new Declared<>(SHOP, Instant.EPOCH, 1, spec),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>());
        List<RouteTable.Entry> entries = new ArrayList<>();
        for (Route route : SnapshotCompiler.compile(model).routes()) {
            entries.add(new RouteTable.Entry(
                    route.path(),
                    Set.copyOf(route.methods()),
                    route.conditions().map(Conditions::of).orElse(Conditions.NONE),
                    new RouteTarget(SHOP, route.name(), List.of(), Timeouts.DEFAULT, AccessLog.of(Optional.empty()))));
        }
        RouteTarget found = new RouteTable(entries).find(request, request.path());
        return found == null ? "none" : found.route();
    }

    /** docs/traffic-policies.md, "Which route". */
    private static String byTheRules(VirtualServiceSpec spec, Asked request) {
        String best = "none";
        int[] bestRank = {};
        for (int i = 0; i < spec.routes().size(); i++) {
            List<RouteMatchSpec> matches = spec.routes().get(i).match();
            for (RouteMatchSpec match : matches) {
                int[] rank = rank(match);
                if (holds(match, request) && (best.equals("none") || Arrays.compare(rank, bestRank) > 0)) {
                    best = "route-" + i;
                    bestRank = rank;
                }
            }
        }
        return best;
    }

    private static int[] rank(RouteMatchSpec match) {
        PathMatch path = match.path() == null ? new PathMatch(PathMatchType.PREFIX, "/") : match.path();
        boolean every = path.type() == PathMatchType.PREFIX && path.value().equals("/");
        int kind = every ? 0 : path.type() == PathMatchType.REGEX ? 1 : path.type() == PathMatchType.PREFIX ? 2 : 3;
        List<ValueMatch> values = new ArrayList<>(match.headers());
        values.addAll(match.query());
        return new int[] {
            kind,
            kind == 2 ? path.value().length() : 0,
            match.methods().isEmpty() ? 0 : 1,
            match.headers().size(),
            match.query().size(),
            match.sourceCIDRs().isEmpty() ? 0 : 1,
            (int) values.stream()
                    .filter(value -> value.type() == ValueMatchType.EXACT)
                    .count()
        };
    }

    private static boolean holds(RouteMatchSpec match, Asked request) {
        boolean source = match.sourceCIDRs().isEmpty()
                || request.client().getHostAddress().startsWith("10.");
        boolean method = match.methods().isEmpty() || match.methods().contains(request.method());
        boolean headers = match.headers().stream()
                .allMatch(header -> holds(header, header.name().equals("X") ? request.x() : request.y()));
        boolean query = match.query().stream()
                .allMatch(value -> holds(value, request.query().replace("q=", "")));
        return source && method && headers && query && holds(match.path(), request.path());
    }

    private static boolean holds(@Nullable PathMatch match, String path) {
        return match == null
                || switch (match.type()) {
                    case EXACT -> path.equals(match.value());
                    case PREFIX ->
                        match.value().equals("/") || path.equals(match.value()) || path.startsWith(match.value() + "/");
                    case REGEX -> Pattern.matches(match.value(), path);
                };
    }

    private static boolean holds(ValueMatch match, String value) {
        return !value.isEmpty() && (match.type() == ValueMatchType.PRESENT || value.equals(match.value()));
    }

    @Provide
    Arbitrary<Asked> requests() {
        Arbitrary<String> values = Arbitraries.of("", "1", "2");
        return Combinators.combine(
                        Arbitraries.of("GET", "POST"),
                        Arbitraries.of("/", "/a", "/a/b", "/b/b", "/c"),
                        values,
                        values,
                        Arbitraries.of("", "q=1", "q=2"),
                        Arbitraries.of(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("11.0.0.1")))
                .as(Asked::new);
    }

    @Provide
    Arbitrary<List<List<Map<String, Object>>>> routes() {
        Arbitrary<Map<String, Object>> path = Arbitraries.of(
                Map.of(),
                part("path", Map.of("type", "Exact", "value", "/a")),
                part("path", Map.of("type", "Exact", "value", "/a/b")),
                part("path", Map.of("value", "/")),
                part("path", Map.of("value", "/a")),
                part("path", Map.of("value", "/a/b")),
                part("path", Map.of("type", "Regex", "value", "/[ab]/b")),
                part("path", Map.of("type", "Regex", "value", "/.*")));
        Arbitrary<Map<String, Object>> methods =
                Arbitraries.of(Map.of(), part("methods", List.of("GET")), part("methods", List.of("GET", "POST")));
        Map<String, String> exactX = Map.of("name", "X", "value", "1");
        Map<String, String> anyX = Map.of("name", "X", "type", "Present");
        Map<String, String> exactY = Map.of("name", "Y", "value", "1");
        Arbitrary<Map<String, Object>> headers = Arbitraries.of(
                Map.of(),
                part("headers", List.of(exactX)),
                part("headers", List.of(anyX)),
                part("headers", List.of(anyX, exactY)));
        Arbitrary<Map<String, Object>> query = Arbitraries.of(
                Map.of(),
                part("query", List.of(Map.of("name", "q", "value", "1"))),
                part("query", List.of(Map.of("name", "q", "type", "Present"))));
        Arbitrary<Map<String, Object>> sources = Arbitraries.of(Map.of(), part("sourceCIDRs", List.of("10.0.0.0/8")));
        return Combinators.combine(path, methods, headers, query, sources)
                .as((a, b, c, d, e) -> {
                    Map<String, Object> match = new TreeMap<>(a);
                    match.putAll(b);
                    match.putAll(c);
                    match.putAll(d);
                    match.putAll(e);
                    return match;
                })
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .list()
                .ofMaxSize(8);
    }

    private static Map<String, Object> part(String name, Object value) {
        return Map.of(name, value);
    }
}
