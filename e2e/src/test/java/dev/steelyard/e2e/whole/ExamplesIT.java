package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example can be applied as it is, and the operator takes all of it and finds all it refers to. */
class ExamplesIT {
    private static final String CONDITIONS = "{range .items[*]}{.kind}/{.metadata.name}"
            + "{range .status.conditions[?(@.type==\"Accepted\")]} Accepted={.status} {.message}{end}"
            + "{range .status.conditions[?(@.type==\"ResolvedRefs\")]} ResolvedRefs={.status} {.message}{end}"
            + "{\"\\n\"}{end}";

    private final Installed installed = Installed.shared();

    static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(SourceTree.resolve("examples"))) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void isAccepted(Path folder) {
        try (Tenant tenant = installed.tenant(folder.getFileName().toString())) {
            String created = tenant.kubectl().apply(folder).requireSuccess();
            assertThat(created).contains("created");
            // Loopback members are for standalone mode, where the user is the administrator: there, too, it is said
            // why.
            eventually()
                    .untilAsserted(() -> assertThat(tenant.kubectl()
                                    .get("get", "virtualservices,pools,policies", "-o", "jsonpath=" + CONDITIONS)
                                    .lines())
                            .isNotEmpty()
                            .allSatisfy(line -> assertThat(line)
                                    .satisfiesAnyOf(
                                            one -> assertThat(one)
                                                    .contains(" Accepted=True ")
                                                    .doesNotContain(" ResolvedRefs=False ")
                                                    .matches("Policy/.*|.* ResolvedRefs=True .*"),
                                            one -> assertThat(one)
                                                    .startsWith("Pool/demo Accepted=False ")
                                                    .contains(" is loopback: use the Service in front of it"),
                                            one -> assertThat(one)
                                                    .startsWith("VirtualService/demo Accepted=True ")
                                                    .contains("Pool demo is not accepted"))));
        }
    }
}
