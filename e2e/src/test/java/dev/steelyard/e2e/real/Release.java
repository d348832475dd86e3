package dev.steelyard.e2e.real;

import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real Helm, for release "steelyard" of this repository's chart. */
public record Release(Path program, Path kubeconfig) {
    /** As the README has it; all tests of this package run on what this makes. */
    public static final String INSTALL =
            "helm install steelyard helm/steelyard --namespace steelyard-system --create-namespace --wait";

    static final String NAMESPACE = "steelyard-system";

    private static final String CHART = SourceTree.resolve("helm/steelyard").toString();

    /** What an administrator does first; waits until all of it works. */
    void install() {
        Commands.run(
                        List.of(
                                "sh",
                                "-c",
                                "cd '" + SourceTree.resolve("") + "' && "
                                        + INSTALL.replaceFirst("helm", program.toString())),
                        Map.of("KUBECONFIG", kubeconfig.toString()),
                        "",
                        Duration.ofMinutes(5))
                .requireSuccess();
    }

    /** Waits until all of it works. */
    void upgrade(String... more) {
        List<String> words = new ArrayList<>(List.of("upgrade", "steelyard", CHART, "--wait", "--timeout=4m"));
        words.addAll(List.of(more));
        run(words.toArray(String[]::new));
    }

    void rollback() {
        run("rollback", "steelyard", "--wait", "--timeout=4m");
    }

    void uninstall() {
        run("uninstall", "steelyard", "--wait", "--timeout=4m");
    }

    private void run(String... words) {
        List<String> command =
                new ArrayList<>(List.of(program.toString(), "--kubeconfig=" + kubeconfig, "--namespace=" + NAMESPACE));
        command.addAll(List.of(words));
        Commands.run(command, Map.of(), "", Duration.ofMinutes(5)).requireSuccess();
    }
}
