package dev.steelyard.e2e.cluster;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The real helm, for what it makes of the chart without a cluster. */
public final class Helm {
    private static final Path PROGRAM = find();
    private static final String CHART = SourceTree.resolve("helm/steelyard").toString();

    private Helm() {}

    /** What it would install with these values, each {@code NAME=VALUE}. */
    public static CommandResult template(String... values) {
        return templateWith(Stream.of(values).map(value -> "--set=" + value).toArray(String[]::new));
    }

    /** What it would install if it were given these words as well, or why that is refused. */
    public static CommandResult templateWith(String... words) {
        List<String> command = command("template", "steelyard", CHART, "--namespace=steelyard-system");
        command.addAll(List.of(words));
        return Commands.run(command.toArray(String[]::new));
    }

    /** What it finds wrong with the chart. */
    public static CommandResult lint() {
        return Commands.run(command("lint", "--strict", CHART).toArray(String[]::new));
    }

    private static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(List.of(words));
        return command;
    }

    /** Beside the API server's programs, if it is there, else the one that a user of this machine gets. */
    private static Path find() {
        Stream<Path> beside = Provider.ofPrivateClusters() instanceof Provider.Programs(var folder)
                ? Stream.of(folder.resolve("helm"))
                : Stream.of();
        Stream<Path> onPath = Stream.of(System.getenv("PATH").split(":", -1)).map(folder -> Path.of(folder, "helm"));
        return Stream.concat(beside, onPath)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the tests of the chart need helm on the PATH: https://helm.sh/docs/intro/install"));
    }
}
