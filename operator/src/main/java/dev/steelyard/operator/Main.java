package dev.steelyard.operator;

import dev.steelyard.operator.cli.Steelyard;

/** Where the program begins. */
public final class Main {

    private Main() {}

    /** Runs one command and ends with its exit code: 0 if all is well, 2 if input is wrong, 1 for everything else. */
    public static void main(String... arguments) {
        System.exit(Steelyard.execute(arguments));
    }
}
