package dev.steelyard.operator.cli;

import dev.steelyard.operator.reconcile.OperatorCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All commands. */
@Command(
        name = "steelyard",
        description = "A load balancer for Kubernetes.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            OperatorCommand.class,
            DataplaneCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Environment: STEELYARD_LOG_LEVEL (error, warn, info, debug) sets how much is logged to stderr."})
public final class Steelyard implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private Steelyard() {}

    /** Runs a command line. */
    public static int execute(String... arguments) {
        CommandLine commandLine = new CommandLine(new Steelyard()).setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            err.println("steelyard: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
            if (System.getenv("STEELYARD_LOG_LEVEL") != null) {
                failure.printStackTrace(err);
            }
            return 1;
        });
        return commandLine.execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
