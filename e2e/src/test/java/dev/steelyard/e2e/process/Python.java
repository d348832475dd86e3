package dev.steelyard.e2e.process;

import java.util.ArrayList;
import java.util.List;

/** Python with the libraries that the programs in {@code e2e/backends} and {@code e2e/clients} need. */
public final class Python {
    private Python() {}

    /** The interpreter. */
    public static String interpreter() {
        String made = Commands.run(SourceTree.resolve("e2e/backends/prepare").toString())
                .requireSuccess()
                .strip();
        return made + "/python/bin/python";
    }

    /**
     * The command that runs a program.
     *
     * @param program such as {@code clients/http3.py}, in {@code e2e}
     */
    public static List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(interpreter(), SourceTree.resolve("e2e/" + program).toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
