package dev.steelyard.dataplane.fuzz;

import java.util.Locale;

/** What Jazzer calls: the target named in the system property {@code steelyard.fuzz}. */
public final class JazzerEntry {

    private static final FuzzTarget TARGET = Targets.valueOf(System.getProperty("steelyard.fuzz", "")
                    .toUpperCase(Locale.ROOT)
                    .replace('-', '_'))
            .make();

    private JazzerEntry() {}

    /** One input, made with the coverage of those before in mind. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        TARGET.feed(input);
    }
}
