package dev.steelyard.operator.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of the program, from its jar. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"steelyard " + text() + " (Java " + Runtime.version() + ")"};
    }

    /** Such as {@code 1.2.3}; {@code development} if it does not run from a jar. */
    static String text() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }
}
