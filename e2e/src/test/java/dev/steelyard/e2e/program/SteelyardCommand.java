package dev.steelyard.e2e.program;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.util.ArrayList;
import java.util.List;

/** {@code bin/steelyard} for what ends by itself. */
public final class SteelyardCommand {
    private SteelyardCommand() {}

    /** Runs {@code steelyard ARGUMENT…} to its end. */
    public static CommandResult steelyard(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(SourceTree.resolve("bin/steelyard").toString()));
        command.addAll(List.of(arguments));
        return Commands.run(command.toArray(String[]::new));
    }
}
