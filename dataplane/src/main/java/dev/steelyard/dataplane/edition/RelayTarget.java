package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.dataplane.filter.AccessList;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route.Timeouts;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where connections, or datagrams, are relayed to. Immutable; a connection holds this, not its edition.
 *
 * @param owner whose they are
 * @param protocol that of the listener
 * @param pool where they go
 * @param timeouts only {@code idle} matters
 * @param meters of the listener with this pool
 * @param log what is written of them
 * @param access who is let in; null: everybody
 */
public record RelayTarget(
        Owner owner,
        Protocol protocol,
        LivePool pool,
        Timeouts timeouts,
        RouteMeters meters,
        AccessLog log,
        @Nullable AccessList access) {

    /** One that lets everybody in. */
    public RelayTarget(
            Owner owner, Protocol protocol, LivePool pool, Timeouts timeouts, RouteMeters meters, AccessLog log) {
        this(owner, protocol, pool, timeouts, meters, log, null);
    }

    /** Whether a client is let in. */
    public boolean admits(InetAddress client) {
        return access == null || access.admits(client);
    }
}
