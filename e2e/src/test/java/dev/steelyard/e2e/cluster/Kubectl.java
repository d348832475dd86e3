package dev.steelyard.e2e.cluster;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The real kubectl, for what a user does and sees.
 *
 * @param program the binary
 * @param cache where it may keep what it discovers; one for each API server
 * @param namespace for all commands; empty: as the kubeconfig says
 */
public record Kubectl(Path program, Path kubeconfig, Path cache, String namespace) {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** The same, with all commands in another namespace. */
    public Kubectl inNamespace(String name) {
        return new Kubectl(program, kubeconfig, cache, name);
    }

    /** Runs a kubectl command, such as {@code run("get", "pods", "-o", "yaml")}. */
    public CommandResult run(String... arguments) {
        return runWith("", arguments);
    }

    /** Runs a kubectl command that reads {@code input}. */
    public CommandResult runWith(String input, String... arguments) {
        return runWithin(LIMIT, input, arguments);
    }

    private CommandResult runWithin(Duration limit, String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(), "--kubeconfig=" + kubeconfig, "--cache-dir=" + cache, "--request-timeout=30s"));
        if (!namespace.isEmpty()) {
            command.add("--namespace=" + namespace);
        }
        command.addAll(List.of(arguments));
        return Commands.run(command, Map.of(), input, limit);
    }

    /** What {@code kubectl ARGUMENT…} prints; an assertion fails if it does not succeed. */
    public String get(String... arguments) {
        return run(arguments).requireSuccess();
    }

    /** Applies a manifest: YAML text, one or more documents. */
    public CommandResult apply(String yaml) {
        return runWith(yaml, "apply", "-f", "-");
    }

    /** Applies a manifest that may take longer than the minute that others have. */
    public CommandResult apply(String yaml, Duration limit) {
        return runWithin(limit, yaml, "apply", "-f", "-");
    }

    /** Applies a file, or all files of a folder. */
    public CommandResult apply(Path path) {
        return run("apply", "-f", path.toString());
    }

    /** The kubectl that a user of this machine gets. */
    static Path onPath() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the tests need kubectl on the PATH: https://kubernetes.io/docs/tasks/tools"));
    }
}
