package dev.steelyard.e2e.process;

import java.util.List;

/** What a command that has ended left: its exit code and all it wrote. */
public record CommandResult(List<String> command, int exitCode, String out, String err) {

    /** Whether the command says that it succeeded. */
    public boolean succeeded() {
        return exitCode == 0;
    }

    /**
     * Standard output of a command that must succeed.
     *
     * @throws AssertionError with what it wrote, if it did not
     */
    public String requireSuccess() {
        if (!succeeded()) {
            throw new AssertionError(toString());
        }
        return out;
    }

    @Override
    public String toString() {
        return String.join(" ", command) + ": exit " + exitCode + "\n" + err + out;
    }
}
