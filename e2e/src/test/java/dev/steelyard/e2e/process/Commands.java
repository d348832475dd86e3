package dev.steelyard.e2e.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs commands to their end. */
public final class Commands {
    /** Not virtual: a virtual thread that waits for a pipe holds its carrier, and a small machine has two of them. */
    private static final ExecutorService READERS = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("reader-", 0).factory());

    private Commands() {}

    /** Runs a command with nothing on standard input, for at most a minute. */
    public static CommandResult run(String... command) {
        return run(List.of(command), Map.of(), "", Duration.ofMinutes(1));
    }

    /**
     * Runs a command.
     *
     * @param environment added to this process's own
     * @param input what it reads on standard input
     * @param limit after which it is killed
     * @throws AssertionError if it had to be killed
     */
    public static CommandResult run(
            List<String> command, Map<String, String> environment, String input, Duration limit) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            Process process = builder.start();
            CompletableFuture<String> out = read(process.inputReader(StandardCharsets.UTF_8));
            CompletableFuture<String> err = read(process.errorReader(StandardCharsets.UTF_8));
            write(process, input);
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            CommandResult result = new CommandResult(command, process.waitFor(), out.join(), err.join());
            if (!ended) {
                throw new AssertionError("killed after " + limit.toSeconds() + " s: " + result);
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.getFirst() + " (make deps installs it?)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
    }

    private static CompletableFuture<String> read(java.io.BufferedReader reader) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (reader) {
                        return reader.readAllAsString();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                READERS);
    }

    /** A command that ends without reading all of its input is no fault of the writer. */
    private static void write(Process process, String input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException brokenPipe) {
            // its exit code and output tell what happened
        }
    }
}
