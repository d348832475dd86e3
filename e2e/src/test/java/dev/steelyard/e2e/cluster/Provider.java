package dev.steelyard.e2e.cluster;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where API servers come from, as {@code e2e/kube/provider} decided. */
sealed interface Provider {

    /** A cluster that is there already. */
    record Kubeconfig(Path file) implements Provider {}

    /** k3s in a container. */
    record K3s() implements Provider {}

    /** The programs etcd, kube-apiserver and, if there, kube-controller-manager and kubectl in a folder. */
    record Programs(Path folder) implements Provider {}

    /** Where the API server comes from that all tests share. */
    static Provider shared() {
        return parse(decision("STEELYARD_E2E_CHOSEN", "shared"));
    }

    /** Where API servers come from that one test may stop and start. */
    static Provider ofPrivateClusters() {
        return parse(decision("STEELYARD_E2E_PRIVATE", "private"));
    }

    static Provider parse(String decision) {
        String[] words = decision.strip().split(" ", 2);
        return switch (words[0]) {
            case "kubeconfig" -> new Kubeconfig(Path.of(words[1]));
            case "k3s" -> new K3s();
            case "programs" -> new Programs(Path.of(words[1]));
            default -> throw new IllegalArgumentException("e2e/kube/provider printed: " + decision);
        };
    }

    /** Made before the tests began (see {@code e2e/network/bin/java}), or now, if they were not started by Maven. */
    private static String decision(String variable, String question) {
        return Optional.ofNullable(System.getenv(variable)).orElseGet(() -> {
            String program = SourceTree.resolve("e2e/kube/provider").toString();
            CommandResult answer = Commands.run(List.of(program, question), Map.of(), "", Duration.ofMinutes(30));
            if (!answer.succeeded()) {
                throw new IllegalStateException(answer.err());
            }
            return answer.out();
        });
    }
}
