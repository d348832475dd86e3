package dev.steelyard.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.TestNamespace;
import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applies the files in {@code schema/good} and {@code schema/bad}. The first line of a bad one, {@code # expect: …}, is part of
 * what kubectl has to say.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaIT {
    private static final String EXPECT = "# expect: ";

    private TestNamespace namespace;

    @BeforeAll
    void makeNamespace() {
        namespace = Clusters.shared().namespace("schema");
    }

    @AfterAll
    void deleteNamespace() {
        namespace.close();
    }

    static List<Path> good() {
        return files("good");
    }

    static List<Path> bad() {
        return files("bad");
    }

    static List<Path> everything() {
        return files("good").stream()
                .filter(file -> file.toString().endsWith("-everything.yaml"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("good")
    void takes(Path file) {
        namespace.kubectl().get("create", "--dry-run=server", "-f", file.toString());
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refuses(Path file) throws IOException {
        String first = Files.readAllLines(file).getFirst();
        assertThat(first).startsWith(EXPECT);
        CommandResult result = namespace.kubectl().run("create", "--dry-run=server", "-f", file.toString());
        assertThat(result.succeeded()).as("kubectl create of " + file).isFalse();
        assertThat(result.err()).contains(first.substring(EXPECT.length()));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void takesSpecAndStatus(Path file) {
        namespace.kubectl().get("apply", "-f", file.toString());
        try {
            namespace.kubectl().get("apply", "--server-side", "--subresource=status", "-f", file.toString());
        } finally {
            namespace.kubectl().get("delete", "-f", file.toString());
        }
    }

    @Test
    void columnsTellTheState() {
        Path file = SourceTree.resolve("e2e/src/test/resources/schema/good/virtualservice-everything.yaml");
        namespace.kubectl().get("apply", "-f", file.toString());
        namespace.kubectl().get("apply", "--server-side", "--subresource=status", "-f", file.toString());
        assertThat(namespace.kubectl().get("get", "steelyard"))
                .containsPattern("NAME +ADDRESSES +PORTS +ENDPOINTS +NODES +READY +AGE")
                .containsPattern("virtualservice.steelyard.dev/shop +192.0.2.10 +80,443 +4/5 +3/3 +Unknown");
    }

    @Test
    void theLargestObjectFitsTheBudgetOfTheRules() {
        String listeners = join(64, i -> "  - {name: l%1$d, port: %2$d, protocol: HTTP}\n".formatted(i, 1000 + i));
        String routes = join(1024, i -> """
                  - name: r%1$d
                    match:
                    - {path: {value: /a/path/of/some/length/%1$d}, headers: [{name: x-a, value: b}, {name: x-b, type: Present}]}
                    - {path: {type: Exact, value: /another/%1$d}, methods: [GET, HEAD]}
                    pools: [{name: a, weight: 0}, {name: b, weight: 0}, {name: c, weight: 1}]
                """.formatted(i));
        String object = """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: largest}
                spec:
                  listeners:
                %s  routes:
                %s""".formatted(listeners, routes);
        CommandResult result = namespace.kubectl().runWith(object, "create", "--dry-run=server", "-f", "-");
        assertThat(result.succeeded()).as(result.err()).isTrue();
    }

    @Test
    void explainReadsWell() {
        assertThat(namespace.kubectl().get("explain", "svs.spec.routes.match"))
                .contains("The route applies when any of these matches. Absent: it applies to every")
                .contains("sourceCIDRs\t<[]string>");
    }

    private static String join(int count, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining());
    }

    private static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(SourceTree.resolve("e2e/src/test/resources/schema/" + folder))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
