package dev.steelyard.e2e.documents;

import dev.steelyard.e2e.cluster.Kubectl;
import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where a user types commands.
 *
 * @param folder the working directory
 * @param environment added to this process's own
 */
record Shell(Path folder, Map<String, String> environment) {

    /** A shell without a cluster. */
    static Shell in(Path folder) {
        return new Shell(folder, Map.of());
    }

    /** The same where {@code kubectl} is on the PATH and finds its cluster, and its namespace, by itself. */
    Shell with(Kubectl kubectl) {
        Path home = SourceTree.newFolder("shell");
        try {
            Path programs = Files.createDirectory(home.resolve("bin"));
            Files.createSymbolicLink(programs.resolve("kubectl"), kubectl.program());
            Path kubeconfig = Files.copy(kubectl.kubeconfig(), home.resolve("kubeconfig"));
            Shell shell = new Shell(
                    folder,
                    Map.of(
                            "PATH", programs + ":" + System.getenv("PATH"),
                            "KUBECONFIG", kubeconfig.toString(),
                            "KUBECACHEDIR", home.resolve("cache").toString()));
            if (!kubectl.namespace().isEmpty()) {
                shell.run("kubectl config set-context --current --namespace=" + kubectl.namespace())
                        .requireSuccess();
            }
            return shell;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types a command and waits for its end. */
    CommandResult run(String command) {
        return runWith("", command);
    }

    /** Types a command that reads {@code input}. */
    CommandResult runWith(String input, String command) {
        return Commands.run(line(List.of(), command), environment, input, Duration.ofMinutes(1));
    }

    /**
     * Types commands that go on beside the test. They are a process group of their own, see {@link #killGroup}.
     *
     * @param prefix a command that starts the command given to it, as the same process
     */
    ServerProcess start(String name, List<String> prefix, String commands) {
        Path log = SourceTree.newFolder("shell-" + name).resolve("log");
        List<String> all = new ArrayList<>(prefix);
        all.add("setsid");
        return ServerProcess.start(name, log, environment, line(all, commands));
    }

    /** Kills what {@link #start} has started, with all that came of it. */
    static void killGroup(ServerProcess leader) {
        Commands.run("kill", "-KILL", "--", "-" + leader.pid());
    }

    private List<String> line(List<String> prefix, String command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of("env", "--chdir=" + folder, "bash", "-ec", command));
        return all;
    }
}
