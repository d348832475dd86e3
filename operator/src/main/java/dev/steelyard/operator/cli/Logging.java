package dev.steelyard.operator.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import java.util.Objects;

/**
 * Logs go to stderr, one line each; stdout is for what commands answer. Said here and not in an XML file, whose parser would take longer to load
 * than Logback; but a {@code logback.xml}, or the one that {@code -Dlogback.configurationFile} names, comes first. Found by Logback as a service.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK + 1)
public final class Logging extends ContextAwareBase implements Configurator {

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %msg%n%ex{8}";

    /** Libraries tell about their insides at INFO, and Fabric8 warns of each kind that is v1alpha1, as ours are. */
    private static final Map<String, Level> LIBRARIES = Map.of(
            "io.fabric8",
            Level.WARN,
            "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils",
            Level.ERROR,
            "io.javaoperatorsdk",
            Level.WARN,
            "io.netty",
            Level.WARN);

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();

        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();

        LIBRARIES.forEach((name, level) -> context.getLogger(name).setLevel(level));
        String wanted = Objects.requireNonNullElse(System.getenv("STEELYARD_LOG_LEVEL"), "info");
        context.getLogger("dev.steelyard").setLevel(Level.toLevel(wanted, Level.INFO));
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(stderr);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
