package dev.steelyard.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code e2e/kube/provider} on machines that offer this or that: a copy of it, beside what the test puts there, with a
 * PATH of the test's own.
 */
class ProviderScriptIT {
    /** What the scripts call, apart from what decides. */
    private static final List<String> TOOLS = List.of(
            "bash", "cat", "chmod", "cut", "dirname", "env", "flock", "ln", "mkdir", "mv", "sha256sum", "timeout");

    private final Path machine = SourceTree.newFolder("provider");
    private final Path programs = machine.resolve("bin");
    private final Path kube = machine.resolve("work/steelyard/e2e/kube");
    private final Map<String, String> environment = new TreeMap<>();

    @BeforeEach
    void layOut() throws IOException {
        Files.createDirectories(programs);
        Files.createDirectories(kube);
        for (String tool : TOOLS) {
            Path program = Path.of(Commands.run("sh", "-c", "command -v " + tool)
                    .requireSuccess()
                    .strip());
            Files.createSymbolicLink(programs.resolve(tool), program);
        }
        for (String file : List.of("provider", "build", "go.mod", "go.sum", "main.go")) {
            Files.copy(SourceTree.resolve("e2e/kube/" + file), kube.resolve(file));
        }
        environment.put("PATH", programs.toString());
        environment.put("XDG_CACHE_HOME", machine.resolve("cache").toString());
        // Those of the machine that this test runs on do not count.
        List.of("STEELYARD_E2E_KUBECONFIG", "STEELYARD_E2E_PROVIDER", "KUBEBUILDER_ASSETS")
                .forEach(variable -> environment.put(variable, ""));
    }

    @Test
    void theFirstThatIsPossibleIsTaken() throws IOException {
        offerGo();
        assertThat(shared()).matches("programs " + machine + "/cache/steelyard/kube/[0-9a-f]{12}");
        offerPrebuilt();
        assertThat(shared()).isEqualTo("programs /prebuilt/tools");
        Path assets = offerAssets();
        assertThat(shared()).isEqualTo("programs " + assets);
        offerDocker(0);
        assertThat(shared()).isEqualTo("k3s");
        environment.put("STEELYARD_E2E_KUBECONFIG", "/some/kube config");
        assertThat(shared()).isEqualTo("kubeconfig /some/kube config");
    }

    @Test
    void aPrivateServerIsNeverTheGivenOne() throws IOException {
        environment.put("STEELYARD_E2E_KUBECONFIG", "/some/kubeconfig");
        Path assets = offerAssets();
        assertThat(answer("private").requireSuccess().strip()).isEqualTo("programs " + assets);
        environment.put("STEELYARD_E2E_PROVIDER", "kubeconfig");
        assertThat(shared()).isEqualTo("kubeconfig /some/kubeconfig");
        assertThat(answer("private").requireSuccess().strip()).isEqualTo("programs " + assets);
    }

    @Test
    void aForcedOneIsTakenBeforeOthers() throws IOException {
        offerDocker(0);
        offerAssets();
        offerPrebuilt();
        environment.put("STEELYARD_E2E_PROVIDER", "prebuilt");
        assertThat(shared()).isEqualTo("programs /prebuilt/tools");
        assertThat(answer("private").requireSuccess().strip()).isEqualTo("programs /prebuilt/tools");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kubeconfig", "k3s", "prebuilt", "build", "nonsense"})
    void aForcedOneThatIsNotPossibleIsNotReplaced(String name) throws IOException {
        offerAssets();
        environment.put("STEELYARD_E2E_PROVIDER", name);
        CommandResult refused = answer("shared");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("and STEELYARD_E2E_PROVIDER=" + name + " is not possible here. One of:");
    }

    @Test
    void whereNoneIsPossibleItSaysWhatToDo() throws IOException {
        offerDocker(1); // there, and nobody answers
        environment.put("KUBEBUILDER_ASSETS", machine.toString()); // there, and empty
        for (String question : List.of("shared", "private")) {
            CommandResult refused = answer(question);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err())
                    .startsWith("The end-to-end tests need a Kubernetes API server. One of:\n")
                    .contains("set STEELYARD_E2E_KUBECONFIG to the kubeconfig")
                    .contains("start Docker")
                    .contains("set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver")
                    .contains("../shared/kubernetes beside the repository")
                    .contains("install Go 1.25 or newer");
        }
    }

    @Test
    void aBuildIsDoneOnceAndAFailedOneIsNoAnswer() throws IOException {
        program(programs.resolve("go"), "echo no room left >&2; exit 1");
        CommandResult failed = answer("shared");
        assertThat(failed.succeeded()).isFalse();
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("no room left");

        offerGo();
        String folder = shared().substring("programs ".length());
        assertThat(Path.of(folder, "kube-apiserver")).isExecutable();
        assertThat(Path.of(folder, "etcd")).isExecutable();
        program(programs.resolve("go"), "exit 1"); // is not asked again
        assertThat(shared()).isEqualTo("programs " + folder);
    }

    @Test
    void anUnknownQuestionIsAMistake() {
        CommandResult refused = answer("other");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).isEqualTo("usage: provider shared|private|nodes\n");
    }

    private String shared() {
        return answer("shared").requireSuccess().strip();
    }

    private CommandResult answer(String question) {
        return Commands.run(
                List.of(kube.resolve("provider").toString(), question), environment, "", Duration.ofMinutes(1));
    }

    private void offerDocker(int exitCode) throws IOException {
        program(programs.resolve("docker"), "echo 28.0.1; exit " + exitCode);
    }

    /** A Go that knows the version of Kubernetes, and whose programs are empty. */
    private void offerGo() throws IOException {
        program(programs.resolve("go"), """
                case $1 in
                list) echo v1.35.4 ;;
                build) while [[ $1 != -o ]]; do shift; done; echo '#!/bin/sh' > "$2"; chmod +x "$2" ;;
                esac
                """);
    }

    private void offerPrebuilt() throws IOException {
        Path folder = Files.createDirectories(machine.resolve("work/shared/kubernetes"));
        program(folder.resolve("kube-api"), "[[ $1 == tools ]] && echo /prebuilt/tools");
        Files.writeString(folder.resolve("kubernode.tar.xz"), "");
    }

    private Path offerAssets() throws IOException {
        Path folder = Files.createDirectories(machine.resolve("assets"));
        program(folder.resolve("etcd"), "");
        program(folder.resolve("kube-apiserver"), "");
        environment.put("KUBEBUILDER_ASSETS", folder.toString());
        return folder;
    }

    private static void program(Path path, String script) throws IOException {
        Files.writeString(path, "#!/usr/bin/env bash\n" + script + "\n");
        if (!path.toFile().setExecutable(true)) {
            throw new IOException("cannot make executable: " + path);
        }
    }
}
