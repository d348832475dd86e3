package dev.steelyard.operator.cli;

import dev.steelyard.operator.reconcile.OperatorCommand;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;
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
        footer = {"", "Environment: STEELYARD_LOG_LEVEL (error, warn, info, debug) sets how much is logged to stderr."})
public final class Steelyard implements Runnable {

    /** Each with what makes it: a start reads the options of one command, which take a tenth of it, not of all. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private Steelyard() {}

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("run", RunCommand::new);
        commands.put("check", CheckCommand::new);
        commands.put("explain", ExplainCommand::new);
        commands.put(CheckHealthCommand.NAME, CheckHealthCommand::new);
        commands.put("operator", OperatorCommand::new);
        commands.put("dataplane", DataplaneCommand::new);
        commands.put("cleanup", CleanupCommand::new);
        commands.put("version", VersionCommand::new);
        return commands;
    }

    /** Runs a command line. */
    public static int execute(String... arguments) {
        CommandLine commandLine = new CommandLine(new Steelyard());
        Supplier<Object> only = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (only != null) {
            commandLine.addSubcommand(only.get());
        } else {
            COMMANDS.values().forEach(command -> commandLine.addSubcommand(command.get()));
            commandLine.addSubcommand(new CommandLine.HelpCommand());
        }
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            err.println("steelyard: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
            if (System.getenv("STEELYARD_LOG_LEVEL") != null) {
                failure.printStackTrace(err);
            }
            return command.getCommandSpec().exitCodeOnExecutionException();
        });
        IParameterExceptionHandler usual = commandLine.getParameterExceptionHandler();
        commandLine.setParameterExceptionHandler(
                (failure, words) -> failure.getCommandLine().getCommand() instanceof CheckHealthCommand
                        ? CheckHealthCommand.misused(failure)
                        : usual.handleParseException(failure, words));
        return commandLine.execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
