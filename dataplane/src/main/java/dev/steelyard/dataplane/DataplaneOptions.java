package dev.steelyard.dataplane;

import dev.steelyard.dataplane.admin.AdminOptions;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a dataplane runs.
 *
 * @param threads how many event loops, at least 1
 * @param transport how sockets are driven
 * @param admin the admin port; absent: there is none
 * @param drainTimeout how long the connections of a listener that the configuration no longer has may go on
 * @param allowLocalAddresses whether Services may have loopback and link-local addresses: not in a cluster
 * @param files where it reads and writes
 * @param version of the program, for the node's report
 */
public record DataplaneOptions(
        int threads,
        Transport transport,
        Optional<AdminOptions> admin,
        Duration drainTimeout,
        boolean allowLocalAddresses,
        Files files,
        String version) {

    /** How long connections may go on by default. */
    public static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);

    public DataplaneOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("there must be at least one event loop, not " + threads);
        }
    }

    /**
     * Files and folders.
     *
     * @param state folder where the next process on this node gets the listening sockets; absent: it does not
     * @param accessLog for the lines of the access log; absent: standard output
     */
    public record Files(Optional<Path> state, Optional<Path> accessLog) {}

    /** One event loop for each core, epoll if possible, no admin port, local addresses refused, no files. */
    public static DataplaneOptions standard(String version) {
        return new DataplaneOptions(
                Runtime.getRuntime().availableProcessors(),
                Transport.preferred(),
                Optional.empty(),
                DRAIN_TIMEOUT,
                false,
                new Files(Optional.empty(), Optional.empty()),
                version);
    }

    public DataplaneOptions withThreads(int value) {
        return new DataplaneOptions(value, transport, admin, drainTimeout, allowLocalAddresses, files, version);
    }

    public DataplaneOptions withTransport(Transport value) {
        return new DataplaneOptions(threads, value, admin, drainTimeout, allowLocalAddresses, files, version);
    }

    public DataplaneOptions withAdmin(AdminOptions value) {
        return new DataplaneOptions(
                threads, transport, Optional.of(value), drainTimeout, allowLocalAddresses, files, version);
    }

    public DataplaneOptions withDrainTimeout(Duration value) {
        return new DataplaneOptions(threads, transport, admin, value, allowLocalAddresses, files, version);
    }

    /** Allows Services to have loopback and link-local addresses: where the user is the administrator. */
    public DataplaneOptions withLocalAddresses() {
        return new DataplaneOptions(threads, transport, admin, drainTimeout, true, files, version);
    }

    /** Has the access log written to a file. */
    public DataplaneOptions withAccessLog(Path file) {
        return with(new Files(files.state(), Optional.of(file)));
    }

    /** Takes the listening sockets of the process that runs with this folder, and leaves its own to the next that does. */
    public DataplaneOptions withState(Path folder) {
        return with(new Files(Optional.of(folder), files.accessLog()));
    }

    private DataplaneOptions with(Files other) {
        return new DataplaneOptions(threads, transport, admin, drainTimeout, allowLocalAddresses, other, version);
    }
}
