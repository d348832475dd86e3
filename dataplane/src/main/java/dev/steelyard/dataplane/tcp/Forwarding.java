package dev.steelyard.dataplane.tcp;

import dev.steelyard.dataplane.balance.Balancer.Exclusion;
import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.transport.SourcePorts;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one client's connection goes and what becomes of it, whatever moves its bytes: chooses endpoints, counts, and writes the line of the
 * access log. On the connection's event loop.
 */
final class Forwarding {

    /** A failed connect is tried on this many others. */
    private static final int RETRIES = 2;

    private final RelayTarget target;
    private final ConnectionLog log;
    private final InetSocketAddress client;
    private final int loop;
    private final long began = System.nanoTime();
    private @Nullable Endpoint endpoint;
    private @Nullable Endpoint asked;
    private ResponseFlag lastFailure = ResponseFlag.NO_ENDPOINT;
    private @Nullable ResponseFlag flag;
    private List<Endpoint> tried = List.of();
    private int attempts;
    private long connectBegan;
    private long connectNanos = -1;
    private long received;
    private long sent;
    private boolean noSourcePort;

    /** @param loop the number of the connection's event loop */
    Forwarding(RelayTarget target, ConnectionLog log, InetSocketAddress client, int loop) {
        this.target = target;
        this.log = log;
        this.client = client;
        this.loop = loop;
    }

    RelayTarget target() {
        return target;
    }

    /** Whether the client is let in. */
    boolean admitted() {
        return target.admits(client.getAddress());
    }

    /** The endpoint to connect to now, where the connection counts as in flight from here on; null if there is none, see {@link #failed}. */
    @Nullable
    Endpoint choose() {
        Endpoint chosen = target.pool()
                .choose(loop, client.getAddress().hashCode(), tried.isEmpty() ? Exclusion.NONE : tried::contains);
        if (chosen != null) {
            endpoint = chosen;
            asked = chosen;
            attempts++;
            chosen.begin();
            chosen.counters().asked();
            connectBegan = System.nanoTime();
        }
        return chosen;
    }

    /** The chosen endpoint's TCP connection is there. */
    void connected() {
        connectNanos = System.nanoTime() - connectBegan;
        target.meters().connected(connectNanos);
        if (endpoint != null) {
            endpoint.counters().connected(connectNanos);
        }
    }

    /**
     * That endpoint could not be reached.
     *
     * @return whether another is to be tried
     */
    boolean left(Endpoint unreachable, ResponseFlag how, @Nullable Throwable cause) {
        noSourcePort |= SourcePorts.exhausted(cause);
        unreachable.end();
        unreachable.counters().connectFailed();
        endpoint = null;
        if (tried.isEmpty()) {
            tried = new ArrayList<>(RETRIES + 1);
        }
        tried.add(unreachable);
        lastFailure = how;
        if (tried.size() > RETRIES) {
            return false;
        }
        target.meters().retried();
        unreachable.counters().movedOn();
        return true;
    }

    /** None of the endpoints that were to be tried can be reached, or there is none. */
    void failed() {
        if (noSourcePort) {
            target.meters().flagged(ResponseFlag.NO_SOURCE_PORT);
        }
        flagged(lastFailure);
    }

    void flagged(ResponseFlag why) {
        flag = why;
        target.meters().flagged(why);
    }

    /** The client has sent bytes. */
    void received(long bytes) {
        received += bytes;
        target.meters().transferred(bytes, 0);
        if (endpoint != null) {
            endpoint.counters().transferred(bytes, 0);
        }
    }

    /** The endpoint has sent bytes. */
    void sent(long bytes) {
        sent += bytes;
        target.meters().transferred(0, bytes);
        if (endpoint != null) {
            endpoint.counters().transferred(0, bytes);
        }
    }

    /** It is over. To be called once. */
    void ended() {
        long nanos = System.nanoTime() - began;
        if (endpoint != null) {
            endpoint.end();
            if (connectNanos >= 0) {
                endpoint.counters().answered(0, 0, nanos);
            }
        }
        target.meters().finished(0, nanos, 0, 0);
        if (target.log().takes(0, log.random())) {
            log.write(
                    target,
                    client,
                    new ConnectionLog.Ended(nanos, connectNanos, attempts, received, sent, asked, flag));
        }
    }
}
