package dev.steelyard.operator.standalone;

import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.operator.resolve.Settings.VirtualAddresses;
import dev.steelyard.operator.standalone.Loader.Loaded;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** {@code steelyard check}: says what is wrong with files, and serves nothing. */
public final class Check {

    private Check() {}

    /**
     * Checks files.
     *
     * @param paths files and folders
     * @param cluster whether the rules that keep a cluster's tenants apart apply
     * @param out receives a line that says that all is well
     * @param err receives a line for each complaint
     * @return whether all is well; warnings are
     */
    public static boolean run(
            List<Path> paths, boolean cluster, InstantSource clock, PrintStream out, PrintStream err) {
        Settings settings = cluster ? Settings.cluster() : Settings.standalone(0, VirtualAddresses.IGNORED);
        Loaded loaded = new Loader(new FileSet(paths), settings, clock).load();
        loaded.complaints().forEach(err::println);
        if (loaded.content().objects().isEmpty() && !loaded.hasErrors()) {
            err.println("nothing to check: no object of a kind that Steelyard reads");
            return false;
        }
        if (!loaded.hasErrors()) {
            out.println("ok: " + loaded.content().objects().size() + " objects would be served as they say");
        }
        return !loaded.hasErrors();
    }
}
