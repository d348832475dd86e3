package dev.steelyard.dataplane.tcp;

import dev.steelyard.dataplane.accesslog.LogEntry;
import dev.steelyard.dataplane.accesslog.LogWriter;
import dev.steelyard.dataplane.accesslog.LoopLog;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.snapshot.LogField;
import dev.steelyard.snapshot.Protocol;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import org.jspecify.annotations.Nullable;

/** Writes the lines of one event loop's connections and UDP sessions, for its thread alone. */
public record ConnectionLog(LoopLog log, RandomGenerator random) {

    /** What became of a connection; {@code connectNanos} is negative if none to an endpoint came about. */
    public record Ended(
            long nanos,
            long connectNanos,
            int attempts,
            long bytesReceived,
            long bytesSent,
            @Nullable Endpoint endpoint,
            @Nullable ResponseFlag flag) {}

    /**
     * One for each event loop.
     *
     * @param random for the share that is written; each loop gets its own, split off
     */
    public static List<ConnectionLog> perLoop(EventLoops loops, SplittableGenerator random, LogWriter writer) {
        List<ConnectionLog> logs = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            logs.add(new ConnectionLog(writer.loop(i), random.split()));
        }
        return List.copyOf(logs);
    }

    /** Writes the line of a connection. */
    public void write(RelayTarget target, InetSocketAddress client, Ended ended) {
        Owner owner = target.owner();
        LogEntry entry = log.begin(target.log(), ended.nanos)
                .set(LogField.NAMESPACE, owner.virtualService().namespace())
                .set(LogField.VIRTUAL_SERVICE, owner.virtualService().name())
                .set(LogField.ROUTE, owner.listener())
                .set(LogField.POOL, target.pool().key().name())
                .set(LogField.SCHEME, scheme(target.protocol()))
                .set(LogField.PROTOCOL, target.protocol().name())
                .set(LogField.ATTEMPTS, ended.attempts)
                .set(LogField.BYTES_RECEIVED, ended.bytesReceived)
                .set(LogField.BYTES_SENT, ended.bytesSent)
                .set(LogField.BODY_BYTES_SENT, ended.bytesSent)
                .set(LogField.DURATION_MS, ended.nanos)
                .set(LogField.CONNECT_MS, ended.connectNanos)
                .set(LogField.CLIENT_ADDRESS, client.getAddress().getHostAddress())
                .set(LogField.CLIENT_PORT, client.getPort());
        if (ended.endpoint != null) {
            entry.set(LogField.ENDPOINT, ended.endpoint.id().address());
        }
        if (ended.flag != null) {
            entry.flag(ended.flag);
        }
        log.write(entry);
    }

    private static String scheme(Protocol protocol) {
        return switch (protocol) {
            case TLS -> "tls";
            case UDP -> "udp";
            default -> "tcp";
        };
    }
}
