package dev.steelyard.e2e.program;

import dev.steelyard.e2e.network.TestHost;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The real program, started as a user starts it: {@code bin/steelyard COMMAND…}, with a log file, an admin port of its
 * own, and strict leak detection. It may be killed and started again with the same settings.
 */
public final class SteelyardProcess implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final Duration START = Duration.ofSeconds(60);

    /** How many characters of a report of a leak are shown. */
    private static final int REPORT = 4000;

    private final String name;
    private final Path log;
    private final String adminAddress;
    private final Map<String, String> environment;
    private final List<String> settings;
    private final List<String> command;
    private ServerProcess process;
    private int readForLeaks;

    private SteelyardProcess(SteelyardProcess before, List<String> arguments) {
        this.name = before.name;
        this.log = SourceTree.newFolder(name).resolve("log");
        this.adminAddress = before.adminAddress;
        this.environment = before.environment;
        this.settings = before.settings;
        this.command = Stream.concat(settings.stream(), arguments.stream()).toList();
        this.process = ServerProcess.start(name, log, environment, command);
    }

    private SteelyardProcess(Builder builder) {
        this.name = builder.name;
        this.log = SourceTree.newFolder(name).resolve("log");
        this.adminAddress = builder.host + ":" + builder.adminPort;
        this.environment = Map.copyOf(builder.environment);
        this.settings = List.copyOf(builder.command);
        this.command = settings;
        this.process = ServerProcess.start(name, log, environment, command);
    }

    /** {@code steelyard operator} with a kubeconfig. */
    public static Builder operator(Path kubeconfig) {
        return new Builder("operator", "operator").environment("KUBECONFIG", kubeconfig.toString());
    }

    /** {@code steelyard dataplane} for a node, with a kubeconfig. */
    public static Builder dataplane(Path kubeconfig, String node) {
        return new Builder("dataplane-" + node, "dataplane", "--node", node)
                .environment("KUBECONFIG", kubeconfig.toString());
    }

    /** {@code steelyard run} with files or folders. */
    public static Builder standalone(Path... paths) {
        Builder builder = new Builder("standalone", "run");
        for (Path path : paths) {
            builder.arguments("-f", path.toString());
        }
        return builder;
    }

    /** The address of the admin port, {@code http://HOST:PORT}. */
    public String adminUrl() {
        return "http://" + adminAddress;
    }

    /** What {@code GET path} on the admin port answers; status 0 when nothing answers there. */
    public AdminAnswer admin(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(adminUrl() + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            return new AdminAnswer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new AdminAnswer(0, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** An answer of the admin port. */
    public record AdminAnswer(int status, String body) {}

    /** Waits until {@code /readyz} answers 200. */
    public SteelyardProcess awaitReady() {
        process.await("ready", START, () -> admin("/readyz").status() == 200);
        return this;
    }

    /** Waits until the log has a text. */
    public SteelyardProcess awaitOutput(String text) {
        process.await("printing \"" + text + "\"", START, () -> output().contains(text));
        return this;
    }

    /** All that was printed so far, by earlier processes with these settings, too. */
    public String output() {
        return process.output();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Sends a signal, such as {@code STOP}. */
    public void signal(String signal) {
        process.signal(signal);
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** SIGTERM; returns the exit code. */
    public int terminate(Duration limit) {
        return process.terminate(limit);
    }

    /** Starts it again, with the same settings, after it has ended. */
    public SteelyardProcess restart() {
        if (process.isAlive()) {
            throw new IllegalStateException(name + " still runs");
        }
        process = ServerProcess.start(name, log, environment, command);
        return this;
    }

    /** Starts another one beside it, with the same settings and arguments of its own. */
    public SteelyardProcess another(String... arguments) {
        return new SteelyardProcess(this, List.of(arguments));
    }

    /** Waits until it has ended by itself; returns the exit code. */
    public int awaitEnd(Duration limit) {
        return process.awaitEnd(limit);
    }

    /** Starts or thaws it, if a test that failed has left it dead or frozen, and waits until it is ready. */
    public void revive() {
        if (isAlive()) {
            signal("CONT");
        } else {
            restart();
        }
        awaitReady();
    }

    /** Fails if it has reported a leaked buffer since the last call. */
    public void requireNoLeaks() {
        String all = output();
        int found = all.indexOf("LEAK:", readForLeaks);
        readForLeaks = all.length();
        if (found >= 0) {
            String report = all.substring(found, Math.min(all.length(), found + REPORT));
            throw new AssertionError(name + " leaked a buffer, see " + log + "\n" + report);
        }
    }

    /** Has it collect its garbage, since only that shows leaks, and notice what it found, before {@link #requireNoLeaks}. */
    public void showLeaks() {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        for (int i = 0; i < 2; i++) {
            Commands.run(jcmd, Long.toString(pid()), "GC.run").requireSuccess();
            // Netty looks when it next allocates.
            for (int request = 0; request < 4; request++) {
                admin("/metrics");
            }
        }
    }

    /**
     * Kills it.
     *
     * @throws AssertionError if it reported a leaked buffer
     */
    @Override
    public void close() {
        process.kill();
        requireNoLeaks();
    }

    /** What to start, and how. */
    public static final class Builder {
        private final String name;
        private final int adminPort = Ports.free();
        private String host = "127.0.0.1";
        private final Map<String, String> environment = new TreeMap<>();
        private final List<String> command = new ArrayList<>();

        private Builder(String name, String... command) {
            this.name = name;
            this.command.add(SourceTree.resolve("bin/steelyard").toString());
            this.command.addAll(List.of(command));
            environment("STEELYARD_JAVA_OPTS", "-Xmx512m -Dio.netty.leakDetection.level=paranoid");
        }

        /** Adds arguments to the command line. */
        public Builder arguments(String... more) {
            command.addAll(List.of(more));
            return this;
        }

        /** Sets an environment variable. */
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Runs it on a host of the tests' network. */
        public Builder on(TestHost machine) {
            host = machine.address();
            command.addAll(0, machine.commandPrefix());
            return this;
        }

        /** Runs it by a command that starts the command given to it, such as {@code env A=b}. */
        public Builder under(List<String> prefix) {
            command.addAll(0, prefix);
            return this;
        }

        /** Starts it and returns at once. */
        public SteelyardProcess start() {
            arguments("--admin", host + ":" + adminPort);
            return new SteelyardProcess(this);
        }
    }
}
