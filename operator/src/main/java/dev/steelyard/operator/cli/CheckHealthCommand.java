package dev.steelyard.operator.cli;

import dev.steelyard.operator.checkhealth.NodeCheck;
import dev.steelyard.operator.checkhealth.NodeCheck.Question;
import dev.steelyard.operator.checkhealth.Threshold;
import dev.steelyard.operator.checkhealth.Verdict;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code steelyard check-health}. */
@Command(
        name = CheckHealthCommand.NAME,
        description = {
            "A plugin for Nagios, Icinga and their like: says in one line whether a node serves well what it has to,",
            "with figures. Critical are also listeners that are not bound and pools without an endpoint that takes work."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 3,
        exitCodeOnExecutionException = 3,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0: OK",
            "1: WARNING",
            "2: CRITICAL, also if nothing answers",
            "3: UNKNOWN, the options are wrong"
        },
        footer = {"", "Environment: STEELYARD_ADMIN_TOKEN is sent as bearer token."})
final class CheckHealthCommand implements Callable<Integer> {

    static final String NAME = "check-health";

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9090",
            description = "The node's admin port. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String admin;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "SECONDS",
            defaultValue = "10",
            converter = TimeoutText.class,
            description = "For all that is asked. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Duration timeout;

    @Option(
            names = {"-w", "--warning"},
            paramLabel = "RANGE",
            defaultValue = "0",
            converter = ThresholdText.class,
            description = "Warn if the percentage of endpoints that are down is not in it. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Threshold warning;

    @Option(
            names = {"-c", "--critical"},
            paramLabel = "RANGE",
            defaultValue = "50",
            converter = ThresholdText.class,
            description = "The same for what is critical. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Threshold critical;

    @Option(names = "--pool", paramLabel = "NAMESPACE/NAME", description = "Look at this pool alone.")
    private Optional<String> pool = Optional.empty();

    @Option(
            names = "--virtual-service",
            paramLabel = "NAMESPACE/NAME",
            description = "Look at this virtual service and its pools alone.")
    private Optional<String> virtualService = Optional.empty();

    @Option(names = "--ready", description = "Look at nothing but whether the node is ready.")
    private boolean readyOnly;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        requireAddress();
        pool.ifPresent(name -> requireKey("--pool", name));
        virtualService.ifPresent(name -> requireKey("--virtual-service", name));
        if (pool.isPresent() && virtualService.isPresent()) {
            throw wrong("--pool and --virtual-service cannot be given together");
        }
        String token = Objects.requireNonNullElse(System.getenv("STEELYARD_ADMIN_TOKEN"), "");
        return print(
                NodeCheck.of(new Question(admin, token, timeout, warning, critical, pool, virtualService, readyOnly)),
                spec);
    }

    /** Says on stdout, where whoever runs plugins looks, that the options are wrong. */
    static int misused(ParameterException failure) {
        return print(
                Verdict.unknown(Objects.requireNonNullElse(failure.getMessage(), "the options are wrong")),
                failure.getCommandLine().getCommandSpec());
    }

    private static int print(Verdict verdict, CommandSpec spec) {
        spec.commandLine().getOut().println(verdict.line());
        return verdict.exitCode();
    }

    private void requireAddress() {
        try {
            URI uri = URI.create("http://" + admin);
            if (uri.getHost() != null && uri.getPort() > 0 && uri.getPath().isEmpty()) {
                return;
            }
        } catch (IllegalArgumentException malformed) {
            // said below
        }
        throw wrong("--admin must be HOST:PORT, such as 127.0.0.1:9090, and is " + admin);
    }

    private void requireKey(String option, String name) {
        if (!name.matches("[^/]+/[^/]+")) {
            throw wrong(option + " must be NAMESPACE/NAME, such as shop/web, and is " + name);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Reads seconds, as plugins are given them, and durations as other commands are. */
    static final class TimeoutText implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            return new DurationText().convert(text.matches("[0-9]{1,4}") ? text + "s" : text);
        }
    }

    /** Reads ranges. */
    static final class ThresholdText implements ITypeConverter<Threshold> {

        @Override
        public Threshold convert(String text) {
            try {
                return Threshold.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
