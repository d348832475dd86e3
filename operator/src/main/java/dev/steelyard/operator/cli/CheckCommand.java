package dev.steelyard.operator.cli;

import dev.steelyard.operator.standalone.Check;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code steelyard check}. */
@Command(
        name = "check",
        description = "Says what is wrong with files, as kubectl apply and the operator would.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0: all is well, perhaps with warnings", "2: something is wrong; stderr says what"})
final class CheckCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private FileOptions files;

    @Option(
            names = "--cluster",
            description =
                    "Apply the rules that keep a cluster's tenants apart, too: no loopback, node or reserved addresses.")
    private boolean cluster;

    @Override
    public Integer call() {
        return Check.run(files.paths, cluster, InstantSource.system(), System.out, System.err) ? 0 : 2;
    }
}
