package dev.steelyard.e2e.standalone;

import static dev.steelyard.e2e.installed.Manifests.pool;
import static dev.steelyard.e2e.installed.Manifests.service;
import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static dev.steelyard.e2e.program.SteelyardCommand.steelyard;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.program.ServedFolder;
import org.junit.jupiter.api.Test;

/** {@code steelyard check}, as people and pipelines run it. */
class CheckIT {
    private final ServedFolder folder = ServedFolder.create("check");

    @Test
    void goodFilesAreOkAlsoWithWarnings() {
        folder.write(
                "shop.yaml", service("web"), pool("web", "web"), virtualService("shop", 80, "a.example.com", "web"));
        CommandResult good = steelyard("check", "-f", folder.path().toString());
        assertThat(good.exitCode()).as("%s", good).isZero();
        assertThat(good.out()).isEqualTo("ok: 3 objects would be served as they say\n");
        assertThat(good.err()).startsWith(folder.file("shop.yaml") + ": Service/web: warning: has no endpoints");
    }

    @Test
    void everyComplaintTellsFileObjectFieldAndReason() {
        folder.write("schema.yaml", virtualService("low", 0, "low.example.com", "web"));
        folder.write("reference.yaml", virtualService("lost", 8080, "lost.example.com", "nowhere"));
        folder.write("misspelt.yaml", service("web"), pool("web", "web", "algoritm: RoundRobin"));
        folder.write("torn.yaml", "apiVersion: steelyard.dev/v1alpha1\nkind: [\n");
        CommandResult bad = steelyard("check", "-f", folder.path().toString());
        assertThat(bad.exitCode()).as("%s", bad).isEqualTo(2);
        assertThat(bad.out()).isEmpty();
        assertThat(bad.err().lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith(folder.file("schema.yaml") + ": VirtualService/low: spec.listeners[0].port: "))
                .anySatisfy(line -> assertThat(line)
                        .startsWith(folder.file("reference.yaml") + ": VirtualService/lost: spec.pool: ")
                        .contains("nowhere"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith(folder.file("misspelt.yaml") + ": Pool/web: spec.algoritm: ")
                        .contains("algorithm"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith(folder.file("torn.yaml") + ":")
                        .contains(": is not YAML: "))
                .allSatisfy(line -> assertThat(line).startsWith(folder.path().toString()));
    }

    @Test
    void aFileThatIsNotThereIsAnErrorAndSoIsNothingToCheck() {
        CommandResult absent = steelyard("check", "-f", folder.file("absent.yaml"));
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.err()).isEqualTo(folder.file("absent.yaml") + ": there is no such file or folder\n");

        CommandResult nothing = steelyard("check", "-f", folder.path().toString());
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.err()).contains("nothing to check");
    }

    @Test
    void aClustersRulesApplyWhenAskedFor() {
        String quickstart = SourceTree.resolve("examples/quickstart").toString();
        assertThat(steelyard("check", "-f", quickstart).exitCode()).isZero();
        CommandResult cluster = steelyard("check", "--cluster", "-f", quickstart);
        assertThat(cluster.exitCode()).isEqualTo(2);
        assertThat(cluster.err()).contains("pool.yaml: Pool/demo: spec.members[0].address: 127.0.0.1 is loopback");
    }
}
