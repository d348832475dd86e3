package dev.steelyard.e2e.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Python with the libraries that the programs in {@code e2e/backends} and {@code e2e/clients} need. */
public final class Python {
    private Python() {}

    /** Where {@code e2e/backends/prepare} has put what the servers there need: Python with their libraries, and a program in Go. */
    public static Path prepared() {
        return Path.of(Commands.run(SourceTree.resolve("e2e/backends/prepare").toString())
                .requireSuccess()
                .strip());
    }

    /**
     * The command that runs a program.
     *
     * @param program such as {@code clients/http3.py}, in {@code e2e}
     */
    public static List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                prepared().resolve("python/bin/python").toString(),
                SourceTree.resolve("e2e/" + program).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a program, which must succeed, and returns the lines that it prints. */
    public static List<String> run(String program, String... arguments) {
        return Commands.run(command(program, arguments).toArray(String[]::new))
                .requireSuccess()
                .lines()
                .toList();
    }
}
