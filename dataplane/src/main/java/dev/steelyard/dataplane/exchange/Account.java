package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.accesslog.LogEntry;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RouteTarget;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.upstream.UpstreamFailure;
import dev.steelyard.snapshot.LogField;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The account of one request: what is counted of it, and what the access log says. On its event loop.
 *
 * <p>{@link #ended} comes while the request's head is still there, {@link #report} once the last of the response has left, when the head may be
 * another request's.
 */
public final class Account {

    private static final byte[] REFERER = lowerCase("Referer");
    private static final byte[] USER_AGENT = lowerCase("User-Agent");
    private static final byte[] REQUEST_ID = lowerCase("X-Request-Id");
    private static final byte[] FORWARDED_FOR = lowerCase("X-Forwarded-For");
    private static final long NEVER = -1;
    private static final int NO_ANSWER = -1;

    private final EngineLoop loop;
    private boolean secure;
    private long started;
    private long sentBefore;
    private AccessLog log = AccessLog.OFF;
    private RouteMeters meters;
    private @Nullable RouteTarget target;
    private RouteTarget.@Nullable Choice choice;
    private @Nullable Endpoint endpoint;
    private @Nullable LogEntry line;
    private int status;
    private int flags;
    private int attempts;
    private int endpointStatus = NO_ANSWER;
    private long connectNanos = NEVER;
    private long responseNanos = NEVER;
    private long received;
    private long headSent;
    private long sent;

    /** One that is to be opened. */
    public Account(EngineLoop loop) {
        this.loop = loop;
        this.meters = loop.unrouted();
    }

    /**
     * Opens the account of a request whose head is complete, or refused.
     *
     * @param before octets written to the client before it
     */
    public Account open(ListenerPlan.Http plan, long before) {
        secure = plan.tls() != null;
        started = loop.deadlines().now();
        sentBefore = before;
        log = plan.log();
        status = 0;
        flags = 0;
        attempts = 0;
        endpointStatus = NO_ANSWER;
        connectNanos = NEVER;
        responseNanos = NEVER;
        received = 0;
        headSent = 0;
        sent = 0;
        return this;
    }

    /** It is reported, and may be opened for another request. */
    void close() {
        log = AccessLog.OFF;
        meters = loop.unrouted();
        target = null;
        choice = null;
        endpoint = null;
        line = null;
    }

    private static byte[] lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }

    /** Nanoseconds since it was opened. */
    long elapsed() {
        return loop.deadlines().now() - started;
    }

    /** Whose it is is known. */
    void routed(RouteTarget to) {
        target = to;
        log = to.log();
        meters = to.meters();
    }

    /** Where it goes is known. */
    void routed(RouteTarget to, RouteTarget.Choice chosen) {
        target = to;
        choice = chosen;
        log = to.log();
        meters = chosen.meters();
    }

    /** It is sent to an endpoint. */
    void asks(Endpoint asked) {
        if (attempts++ > 0) {
            meters.retried();
            if (endpoint != null) {
                endpoint.counters().movedOn();
            }
        }
        endpoint = asked;
        asked.counters().asked();
        endpointStatus = NO_ANSWER;
        connectNanos = NEVER;
    }

    /** A connection to that endpoint was made. */
    void connected(long nanos) {
        connectNanos = nanos;
        meters.connected(nanos);
        if (endpoint != null) {
            endpoint.counters().connected(nanos);
        }
    }

    /** That endpoint has failed. */
    void failedThere(UpstreamFailure failure) {
        Endpoint failed = endpoint;
        if (failed == null) {
            return;
        }
        switch (failure) {
            case CONNECT, TLS -> failed.counters().connectFailed();
            case REFUSED, RESET, MALFORMED -> failed.counters().responseFailed();
            // Not its fault.
            case NO_SOURCE_PORT, STALE, LENGTH_REQUIRED, NO_WEBSOCKET -> {}
        }
    }

    /** That endpoint took too long. */
    void tooLate() {
        if (endpoint != null) {
            endpoint.counters().responseFailed();
        }
    }

    /** That endpoint and we did not come to terms about TLS. */
    void handshakeFailed() {
        meters.upstreamHandshakeFailed();
    }

    /** Octets have come from the client. */
    public void received(long octets) {
        received += octets;
    }

    /** How many have. */
    long received() {
        return received;
    }

    /**
     * The head of an endpoint's response is here, and written unless another one takes its place.
     *
     * @param written octets written to the client by now
     */
    public void answered(int withStatus, long written) {
        status = withStatus;
        endpointStatus = withStatus;
        responseNanos = elapsed();
        headSent = written - sentBefore;
    }

    /**
     * A response of our own is written whole.
     *
     * @param bodyOctets of its body, as written
     * @param written octets written to the client by now
     */
    public void answeredOurselves(int withStatus, int bodyOctets, long written) {
        status = withStatus;
        headSent = written - sentBefore - bodyOctets;
    }

    /** It ends otherwise than by the endpoint's own answer. */
    public void flag(ResponseFlag flag) {
        flags |= flag.bit();
        meters.flagged(flag);
    }

    /** Those flags, bits of {@link ResponseFlag}. */
    int flags() {
        return flags;
    }

    /** The program that an endpoint runs said this on its standard error. */
    void complained(String line) {
        loop.complaints()
                .say((target == null ? "" : target.virtualService() + " route " + target.route() + ", ") + "endpoint "
                        + (endpoint == null ? "" : endpoint) + " says: " + line);
    }

    /** The client went away first. */
    void abandoned() {
        status = ResponseFlag.CLIENT_ABORT.status();
        flag(ResponseFlag.CLIENT_ABORT);
    }

    /**
     * Nothing more is written.
     *
     * @param head of the request, as much as was read of it; null if nothing was
     * @param protocol that the client speaks
     * @param written octets written to the client by now
     */
    public void ended(@Nullable RequestHead head, ClientOrigin origin, String protocol, long written) {
        sent = written - sentBefore;
        if (log.takes(status, loop.random())) {
            line = begin(head, origin, protocol);
        }
    }

    /** Counts and logs it, once the last of the response has left. */
    public void report() {
        long nanos = elapsed();
        meters.finished(status, nanos, received, sent);
        Endpoint last = endpoint;
        if (last != null) {
            last.counters().transferred(received, sent);
            if (endpointStatus != NO_ANSWER) {
                last.counters().answered(endpointStatus, Math.max(0, responseNanos), nanos);
            }
        }
        LogEntry begun = line;
        if (begun != null) {
            line = null;
            loop.log().write(begun.set(LogField.DURATION_MS, nanos));
        }
    }

    private LogEntry begin(@Nullable RequestHead head, ClientOrigin origin, String protocol) {
        LogEntry entry = loop.log()
                .begin(log, elapsed())
                .set(LogField.CLIENT_ADDRESS, origin.addressText())
                .set(LogField.CLIENT_PORT, origin.address().getPort())
                .set(LogField.SCHEME, secure ? "https" : "http")
                .set(LogField.STATUS, status)
                .flags(flags)
                .set(LogField.ATTEMPTS, attempts)
                .set(LogField.BYTES_RECEIVED, received)
                .set(LogField.BYTES_SENT, sent)
                .set(LogField.BODY_BYTES_SENT, Math.max(0, sent - headSent))
                .set(LogField.CONNECT_MS, connectNanos)
                .set(LogField.RESPONSE_MS, responseNanos);
        if (!origin.serverName().isEmpty()) {
            entry.set(LogField.TLS_SERVER_NAME, origin.serverName());
        }
        if (target != null) {
            entry.set(LogField.NAMESPACE, target.virtualService().namespace())
                    .set(LogField.VIRTUAL_SERVICE, target.virtualService().name())
                    .set(LogField.ROUTE, target.route());
        }
        if (choice != null) {
            entry.set(LogField.POOL, choice.pool().key().name());
        }
        if (endpoint != null) {
            entry.set(LogField.ENDPOINT, endpoint.id().address());
        }
        if (head != null && !head.method().isEmpty()) {
            describe(head, protocol, entry);
        }
        return entry;
    }

    private static void describe(RequestHead head, String protocol, LogEntry entry) {
        entry.set(LogField.METHOD, head.method())
                .set(LogField.PROTOCOL, protocol)
                .set(
                        LogField.PATH,
                        head.octets(),
                        head.target().from(),
                        head.target().to());
        if (!head.host().isEmpty()) {
            entry.set(LogField.HOST, head.host());
        }
        field(head, REFERER, LogField.REFERER, entry);
        field(head, USER_AGENT, LogField.USER_AGENT, entry);
        field(head, REQUEST_ID, LogField.REQUEST_ID, entry);
        field(head, FORWARDED_FOR, LogField.X_FORWARDED_FOR, entry);
    }

    private static void field(RequestHead head, byte[] name, LogField field, LogEntry entry) {
        int index = head.find(name);
        if (index >= 0) {
            entry.set(field, head.octets(), head.valueStart(index), head.valueEnd(index));
        }
    }
}
