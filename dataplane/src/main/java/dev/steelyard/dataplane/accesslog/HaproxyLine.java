package dev.steelyard.dataplane.accesslog;

import dev.steelyard.dataplane.accesslog.LineBuffer.Escaping;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.LogField;
import java.util.concurrent.TimeUnit;

/**
 * A line as HAProxy's {@code option httplog} and {@code option tcplog} (its configuration manual, section 8.2), so that what reads those
 * reads ours. The frontend is {@code namespace/virtual-service}. We do not count connections per log line: those five numbers are zeros, but
 * for the retries. What we do not measure, the wait for the head and in queues, is 0.
 */
record HaproxyLine() implements LineForm {

    private static final byte[] NO_TIME = LineWriter.ascii("-1");
    private static final byte[] NO_COUNTERS = LineWriter.ascii(" 0/0/0/0/");
    private static final byte[] NO_QUEUES = LineWriter.ascii(" 0/0");
    private static final byte[] NOBODY = LineWriter.ascii("<NOSRV>");
    private static final byte[] BAD_REQUEST = LineWriter.ascii("<BADREQ>");
    private static final byte[] NO_COOKIES = LineWriter.ascii(" - - ");

    @Override
    public void write(LogEntry entry, LineWriter to) {
        boolean http = entry.number(LogField.STATUS) >= 0;
        LineBuffer line = to.line();
        entry.writeText(LogField.CLIENT_ADDRESS, line, Escaping.HEX);
        line.octet(':').number(Math.max(0, entry.number(LogField.CLIENT_PORT)));
        line.octet(' ').octet('[');
        to.timestamps().haproxy(entry.startedMillis(), line);
        line.octet(']').octet(' ');
        orDash(entry, LogField.NAMESPACE, line);
        line.octet('/');
        orDash(entry, LogField.VIRTUAL_SERVICE, line);
        line.octet(' ');
        orDash(entry, LogField.POOL, line);
        line.octet('/');
        if (entry.hasText(LogField.ENDPOINT)) {
            entry.writeText(LogField.ENDPOINT, line, Escaping.HEX);
        } else {
            line.octets(NOBODY);
        }
        line.octet(' ');
        if (http) {
            times(entry, line);
            line.octet(' ').number(entry.number(LogField.STATUS));
        } else {
            tcpTimes(entry, line);
        }
        line.octet(' ').number(Math.max(0, entry.number(LogField.BYTES_SENT)));
        if (http) {
            line.octets(NO_COOKIES);
        } else {
            line.octet(' ');
        }
        termination(entry, line);
        if (http) {
            line.octet('-').octet('-');
        }
        line.octets(NO_COUNTERS)
                .number(Math.max(0, entry.number(LogField.ATTEMPTS) - 1))
                .octets(NO_QUEUES);
        if (http) {
            request(entry, line);
        }
    }

    private static void orDash(LogEntry entry, LogField field, LineBuffer line) {
        if (entry.hasText(field)) {
            entry.writeText(field, line, Escaping.HEX);
        } else {
            line.octet('-');
        }
    }

    /** TR/Tw/Tc/Tr/Ta. */
    private static void times(LogEntry entry, LineBuffer line) {
        line.octet('0').octet('/');
        boolean asked = entry.number(LogField.ATTEMPTS) > 0;
        time(asked ? 0 : LogEntry.UNKNOWN, line);
        line.octet('/');
        long response = entry.number(LogField.RESPONSE_MS);
        long connect = entry.number(LogField.CONNECT_MS);
        time(connect < 0 && response >= 0 ? 0 : connect, line);
        line.octet('/');
        time(response < 0 ? response : Math.max(0, response - Math.max(0, connect)), line);
        line.octet('/');
        time(entry.number(LogField.DURATION_MS), line);
    }

    /** Tw/Tc/Tt. */
    private static void tcpTimes(LogEntry entry, LineBuffer line) {
        time(entry.number(LogField.ATTEMPTS) > 0 ? 0 : LogEntry.UNKNOWN, line);
        line.octet('/');
        time(entry.number(LogField.CONNECT_MS), line);
        line.octet('/');
        time(entry.number(LogField.DURATION_MS), line);
    }

    private static void time(long nanos, LineBuffer line) {
        if (nanos < 0) {
            line.octets(NO_TIME);
        } else {
            line.number(TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }

    private static void request(LogEntry entry, LineBuffer line) {
        line.octet(' ').octet('"');
        if (entry.hasText(LogField.PATH)) {
            entry.writeText(LogField.METHOD, line, Escaping.HEX);
            line.octet(' ');
            entry.writeText(LogField.PATH, line, Escaping.HEX);
            line.octet(' ');
            entry.writeText(LogField.PROTOCOL, line, Escaping.HEX);
        } else {
            line.octets(BAD_REQUEST);
        }
        line.octet('"');
    }

    /** The first two letters: who ended it, and what it was doing then (section 8.5). */
    private static void termination(LogEntry entry, LineBuffer line) {
        for (ResponseFlag flag : ResponseFlag.values()) {
            if (entry.has(flag)) {
                boolean answered = entry.number(LogField.RESPONSE_MS) >= 0 || entry.number(LogField.STATUS) < 0;
                line.octet(who(flag)).octet(when(flag, answered));
                return;
            }
        }
        line.octet('-').octet('-');
    }

    private static char who(ResponseFlag flag) {
        return switch (flag) {
            case NO_ROUTE,
                    MISDIRECTED,
                    BAD_REQUEST,
                    ACCESS_DENIED,
                    NO_SCRIPT,
                    LENGTH_REQUIRED,
                    NO_WEBSOCKET,
                    UPSTREAM_PROTOCOL_ERROR -> 'P';
            case CLIENT_TIMEOUT -> 'c';
            case CLIENT_ABORT -> 'C';
            case NO_ENDPOINT,
                    CONNECT_FAILED,
                    NO_SOURCE_PORT,
                    UPSTREAM_TLS_FAILED,
                    UPSTREAM_RESET,
                    RETRY_LIMIT,
                    RETRY_BUDGET -> 'S';
            case REQUEST_TIMEOUT, PER_TRY_TIMEOUT, STREAM_TIMEOUT, IDLE_TIMEOUT -> 's';
        };
    }

    private static char when(ResponseFlag flag, boolean answered) {
        return switch (flag) {
            case NO_ROUTE,
                    MISDIRECTED,
                    BAD_REQUEST,
                    ACCESS_DENIED,
                    NO_SCRIPT,
                    LENGTH_REQUIRED,
                    NO_WEBSOCKET,
                    CLIENT_TIMEOUT -> answered ? 'D' : 'R';
            case NO_ENDPOINT, CONNECT_FAILED, NO_SOURCE_PORT, UPSTREAM_TLS_FAILED -> 'C';
            case UPSTREAM_PROTOCOL_ERROR,
                    UPSTREAM_RESET,
                    REQUEST_TIMEOUT,
                    PER_TRY_TIMEOUT,
                    STREAM_TIMEOUT,
                    IDLE_TIMEOUT,
                    CLIENT_ABORT,
                    RETRY_LIMIT,
                    RETRY_BUDGET -> answered ? 'D' : 'H';
        };
    }
}
