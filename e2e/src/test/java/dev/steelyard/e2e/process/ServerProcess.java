package dev.steelyard.e2e.process;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * A program that runs beside a test, with all it writes in one file. It ends with the test's JVM at the latest. When a
 * test fails, the ends of the logs of the processes that ran during it are printed ({@link LogsOfFailures}).
 */
public final class ServerProcess implements AutoCloseable {
    private static final List<ServerProcess> STARTED = new CopyOnWriteArrayList<>();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> STARTED.forEach(ServerProcess::killTree), "kill-servers"));
    }

    private final String name;
    private final Path log;
    private final Process process;
    private volatile boolean inBackground;

    private ServerProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a program and returns at once.
     *
     * @param name what to call it in messages
     * @param log the file that its output is appended to
     * @param environment added to this process's own
     */
    public static ServerProcess start(String name, Path log, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            ServerProcess started = new ServerProcess(name, log, builder.start());
            STARTED.add(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + command, e);
        }
    }

    static List<ServerProcess> started() {
        return STARTED;
    }

    /** Says that the log matters to failed tests only if the process has ended. */
    public ServerProcess inBackground() {
        inBackground = true;
        return this;
    }

    boolean isOfInterest() {
        return !inBackground || !isAlive();
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Everything that was written to the log file so far, by earlier processes with the same file, too. */
    public String output() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last {@code lines} lines of the log file, under a title. */
    public String tail(int lines) {
        List<String> all = output().lines().toList();
        return "---- " + name + " (" + (isAlive() ? "runs" : "exit " + process.exitValue()) + "), the end of " + log
                + "\n" + String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size())) + "\n";
    }

    /**
     * Waits until the condition holds, asking every 20 ms.
     *
     * @throws AssertionError with the end of the log if the process ends before, or after {@code limit}
     */
    public void await(String what, Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (!isAlive()) {
                throw new AssertionError(name + " ended before it was " + what + "\n" + tail(40));
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(name + " was not " + what + " within " + limit + "\n" + tail(40));
            }
            pause();
        }
    }

    /** Sends a signal by its name, such as {@code STOP}. */
    public void signal(String signal) {
        Commands.run("kill", "-" + signal, Long.toString(pid())).requireSuccess();
    }

    /**
     * Asks the process to end (SIGTERM) and waits until it has.
     *
     * @return its exit code
     * @throws AssertionError if it still runs after {@code limit}
     */
    public int terminate(Duration limit) {
        process.destroy();
        return awaitEnd(limit);
    }

    /**
     * Waits until the process has ended.
     *
     * @return its exit code
     * @throws AssertionError if it still runs after {@code limit}
     */
    public int awaitEnd(Duration limit) {
        if (!waitFor(limit)) {
            throw new AssertionError(name + " runs on after " + limit + "\n" + tail(40));
        }
        return process.exitValue();
    }

    /** Kills the process as a crash would (SIGKILL), with its children, and waits until it is gone. */
    public void kill() {
        killTree();
        if (!waitFor(Duration.ofSeconds(10))) {
            throw new AssertionError(name + " survived SIGKILL");
        }
    }

    @Override
    public void close() {
        kill();
    }

    private boolean waitFor(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the end of " + name, e);
        }
    }

    private void killTree() {
        process.destroyForcibly();
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
