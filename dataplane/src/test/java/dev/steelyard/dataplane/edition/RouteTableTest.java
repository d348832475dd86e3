package dev.steelyard.dataplane.edition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.match.PlainRequest;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Retry;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Route.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    private static final ObjectKey SHOP = new ObjectKey("shop", "web");

    @Test
    void theFirstMatchWinsNotTheMostSpecific() {
        RouteTable table = table(prefix("/a"), exact("/a/b"), prefix("/"));
        assertThat(find(table, "GET", "/a/b")).isEqualTo("0");
        assertThat(find(table, "GET", "/c")).isEqualTo("2");
    }

    @Test
    void aPrefixEndsWithASegment() {
        RouteTable table = table(prefix("/a"), prefix("/b/"));
        assertThat(find(table, "GET", "/a")).isEqualTo("0");
        assertThat(find(table, "GET", "/a/")).isEqualTo("0");
        assertThat(find(table, "GET", "/a/x/y")).isEqualTo("0");
        assertThat(find(table, "GET", "/ab")).isNull();
        assertThat(find(table, "GET", "/b")).isNull();
        assertThat(find(table, "GET", "/b/")).isEqualTo("1");
        assertThat(find(table, "GET", "/b/x")).isEqualTo("1");
    }

    @Test
    void aRouteOfAnotherMethodIsPassedOver() {
        RouteTable table = new RouteTable(List.of(
                new RouteTable.Entry(exact("/a"), Set.of("POST"), target("write")),
                new RouteTable.Entry(exact("/a"), Set.of(), target("read"))));
        assertThat(find(table, "POST", "/a")).isEqualTo("write");
        assertThat(find(table, "GET", "/a")).isEqualTo("read");
    }

    @Test
    void theAsteriskOfOptionsMatchesNoPrefix() {
        assertThat(find(table(prefix("/")), "OPTIONS", "*")).isNull();
    }

    @Test
    void findsTheLastOf1024Routes() {
        List<PathMatch> paths = new ArrayList<>();
        for (int i = 0; i < 1023; i++) {
            paths.add(prefix("/section/" + i));
        }
        paths.add(prefix("/"));
        RouteTable table = table(paths.toArray(PathMatch[]::new));
        assertThat(find(table, "GET", "/section/1022/x")).isEqualTo("1022");
        assertThat(find(table, "GET", "/section/1023/x")).isEqualTo("1023");
    }

    @Property
    void findsWhatTryingEachInTurnFinds(
            @ForAll("entries") List<RouteTable.Entry> entries, @ForAll("paths") String path) {
        List<RouteTable.Entry> numbered = new ArrayList<>();
        for (RouteTable.Entry entry : entries) {
            numbered.add(new RouteTable.Entry(entry.path(), entry.methods(), target("" + numbered.size())));
        }
        String expected = null;
        for (RouteTable.Entry entry : numbered) {
            if (matches(entry.path(), path)
                    && (entry.methods().isEmpty() || entry.methods().contains("GET"))) {
                expected = entry.target().route();
                break;
            }
        }
        assertThat(find(new RouteTable(numbered), "GET", path)).isEqualTo(expected);
    }

    private static boolean matches(PathMatch match, String path) {
        String value = match.value();
        return switch (match.type()) {
            case EXACT -> path.equals(value);
            case PREFIX ->
                path.startsWith(value)
                        && (path.length() == value.length()
                                || value.endsWith("/")
                                || path.charAt(value.length()) == '/');
            case REGEX -> java.util.regex.Pattern.matches(value, path);
        };
    }

    /** Few letters, so that paths collide; "Aa" and "BB" have the same hash. */
    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("a", "Aa", "BB", "b", "")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(segments -> "/" + String.join("/", segments));
    }

    @Provide
    Arbitrary<List<RouteTable.Entry>> entries() {
        Arbitrary<Set<String>> methods = Arbitraries.of(Set.of(), Set.of("GET"), Set.of("POST"));
        return Combinators.combine(Arbitraries.of(PathMatch.Type.class), paths(), methods)
                .as((type, path, some) -> new RouteTable.Entry(new PathMatch(type, path), some, target("")))
                .list()
                .ofMaxSize(20);
    }

    private static PathMatch prefix(String value) {
        return new PathMatch(PathMatch.Type.PREFIX, value);
    }

    private static PathMatch exact(String value) {
        return new PathMatch(PathMatch.Type.EXACT, value);
    }

    private static RouteTable table(PathMatch... paths) {
        List<RouteTable.Entry> entries = new ArrayList<>();
        for (PathMatch path : paths) {
            entries.add(new RouteTable.Entry(path, Set.of(), target("" + entries.size())));
        }
        return new RouteTable(entries);
    }

    private static RouteTarget target(String route) {
        return new RouteTarget(
                SHOP, route, List.of(), Timeouts.DEFAULT, AccessLog.OFF, Retry.DEFAULT, RequestLimits.NONE);
    }

    private static @Nullable String find(RouteTable table, String method, String path) {
        RouteTarget found = table.find(PlainRequest.of(method), path);
        return found == null ? null : found.route();
    }
}
