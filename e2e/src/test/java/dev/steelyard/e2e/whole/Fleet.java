package dev.steelyard.e2e.whole;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Fifty virtual services with a pool each, and random edits of them. What they answer to their hosts stays well-defined. */
final class Fleet {
    static final int SIZE = 50;
    static final int BACKENDS = 6;
    static final int PORT = 8101;

    /** Ports that come and go. */
    private static final int MORE_PORTS = 8110;

    private static final List<String> ALGORITHMS = List.of("RoundRobin", "WeightedRoundRobin", "LeastConnections");
    private static final List<String> CHECKS = List.of(
            "",
            "healthCheck: {type: HTTP, path: /healthz, interval: 1s, timeout: 500ms}",
            "healthCheck: {type: HTTP, path: /healthz, interval: 2s, timeout: 1s, rise: 1, fall: 5}",
            "healthCheck: {type: TCP, interval: 2s, timeout: 1s}");

    private final Random random;
    private final Member[] members = new Member[SIZE];

    /**
     * One virtual service and its pool.
     *
     * @param backends of its pool
     * @param api whose pool takes the paths below /api; below 0: nobody's
     * @param alias whether it has a second host
     * @param extra whether it has a second listener
     */
    private record Member(
            List<Integer> backends,
            String algorithm,
            int weight,
            String check,
            int api,
            boolean alias,
            boolean extra) {}

    Fleet(Random random) {
        this.random = random;
        for (int i = 0; i < SIZE; i++) {
            members[i] = new Member(List.of(i % BACKENDS), "WeightedRoundRobin", 1, "", -1, false, false);
        }
    }

    static String host(int service) {
        return "h" + service + ".example.com";
    }

    /** Edits one at random; returns which. */
    int edit() {
        int index = random.nextInt(SIZE);
        Member old = members[index];
        members[index] = switch (random.nextInt(7)) {
            case 0 -> new Member(someBackends(), old.algorithm, old.weight, old.check, old.api, old.alias, old.extra);
            case 1 -> new Member(old.backends, other(ALGORITHMS), old.weight, old.check, old.api, old.alias, old.extra);
            case 2 ->
                new Member(
                        old.backends, old.algorithm, 1 + random.nextInt(9), old.check, old.api, old.alias, old.extra);
            case 3 -> new Member(old.backends, old.algorithm, old.weight, other(CHECKS), old.api, old.alias, old.extra);
            case 4 ->
                new Member(
                        old.backends,
                        old.algorithm,
                        old.weight,
                        old.check,
                        random.nextInt(SIZE + 5) - 5,
                        old.alias,
                        old.extra);
            case 5 -> new Member(old.backends, old.algorithm, old.weight, old.check, old.api, !old.alias, old.extra);
            default -> new Member(old.backends, old.algorithm, old.weight, old.check, old.api, old.alias, !old.extra);
        };
        return index;
    }

    private List<Integer> someBackends() {
        int first = random.nextInt(BACKENDS);
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> (first + i) % BACKENDS)
                .toList();
    }

    private String other(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** All of them. */
    String manifests() {
        return IntStream.range(0, SIZE).mapToObj(this::manifest).collect(Collectors.joining("---\n"));
    }

    /** The pool and the virtual service. */
    String manifest(int index) {
        Member member = members[index];
        String pool = member.backends.stream()
                .map(backend ->
                        "{service: {name: b" + backend + ", port: http}, weight: " + (member.weight + backend) + "}")
                .collect(Collectors.joining(", "));
        String routes = member.api < 0
                ? "[]"
                : "[{name: api, match: [{path: {type: Prefix, value: /api}}], pools: [{name: svs" + member.api
                        + ", weight: 3}, {name: svs" + index + ", weight: 1}]}]";
        if (member.api == index) {
            routes = routes.replaceFirst(", \\{name: svs" + index + ", weight: 1}]", "]");
        }
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: svs%1$d}
                spec:
                  members: [%2$s]
                  algorithm: %3$s
                  %4$s
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: svs%1$d}
                spec:
                  listeners: [{name: web, port: %5$d, protocol: HTTP}%6$s]
                  hosts: [%7$s%8$s]
                  routes: %9$s
                  pool: svs%1$d
                """.formatted(
                        index,
                        pool,
                        member.algorithm,
                        member.check,
                        PORT,
                        member.extra ? ", {name: more, port: " + (MORE_PORTS + index) + ", protocol: HTTP}" : "",
                        host(index),
                        member.alias ? ", alias" + index + ".example.com" : "",
                        routes);
    }

    /** Which backends may answer, by path. */
    Map<String, Set<String>> expected(int index) {
        Member member = members[index];
        Set<String> own = names(member);
        Set<String> api = member.api < 0
                ? own
                : Stream.concat(own.stream(), names(members[member.api]).stream())
                        .collect(Collectors.toSet());
        return Map.of("/", own, "/api/x", member.api == index ? own : api);
    }

    private static Set<String> names(Member member) {
        return member.backends.stream().map(backend -> "b" + backend).collect(Collectors.toSet());
    }
}
