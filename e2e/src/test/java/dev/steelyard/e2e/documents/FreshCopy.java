package dev.steelyard.e2e.documents;

import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.nio.file.Path;

/** The repository as a new user has it: nothing is built. What is built there replaces nothing under running tests. */
final class FreshCopy {
    private static final Path FOLDER = make();

    private FreshCopy() {}

    /** The copy that all tests of this JVM share. */
    static Path folder() {
        return FOLDER;
    }

    private static Path make() {
        Path folder = SourceTree.newFolder("steelyard");
        Commands.run(
                        "bash",
                        "-ec",
                        "set -o pipefail; tar -C \"$0\" --exclude=./.git --exclude=target -cf - . | tar -C \"$1\" -xf"
                                + " -",
                        SourceTree.resolve("").toString(),
                        folder.toString())
                .requireSuccess();
        return folder;
    }
}
