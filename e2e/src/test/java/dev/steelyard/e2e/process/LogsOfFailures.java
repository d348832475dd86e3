package dev.steelyard.e2e.process;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Prints the ends of the logs of all programs that ran during a test that failed. Registered for every test (see
 * {@code META-INF/services} and {@code junit-platform.properties}).
 */
public final class LogsOfFailures implements BeforeEachCallback, TestWatcher, LifecycleMethodExecutionExceptionHandler {
    private static final Namespace STORE = Namespace.create(LogsOfFailures.class);
    private static final int LINES = 60;

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(STORE)
                .put(
                        "already",
                        ServerProcess.started().stream()
                                .filter(p -> !p.isAlive())
                                .toList());
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        print(context);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable cause) throws Throwable {
        print(context);
        throw cause;
    }

    private static void print(ExtensionContext context) {
        java.util.List<?> ended =
                context.getStore(STORE).getOrDefault("already", java.util.List.class, java.util.List.of());
        System.out.println("==== failed: " + context.getDisplayName());
        ServerProcess.started().stream()
                .filter(process -> process.isOfInterest() && !ended.contains(process))
                .map(process -> process.tail(LINES))
                .forEach(System.out::println);
    }
}
