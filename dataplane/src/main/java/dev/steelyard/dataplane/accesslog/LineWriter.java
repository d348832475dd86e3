package dev.steelyard.dataplane.accesslog;

import dev.steelyard.dataplane.accesslog.LineBuffer.Escaping;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.LogField;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What all forms of lines have in common: the values. For one thread. */
final class LineWriter {

    private static final ResponseFlag[] FLAGS = ResponseFlag.values();
    private static final byte[][] FLAG_NAMES =
            Arrays.stream(FLAGS).map(flag -> ascii(flag.key())).toArray(byte[][]::new);

    private final LineBuffer line = new LineBuffer();
    private final Timestamps timestamps = new Timestamps();

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The line of an entry, with its line feed; to be used before the next one is asked for. */
    LineBuffer write(LogEntry entry) {
        line.begin();
        entry.log().form().write(entry, this);
        return line.octet('\n');
    }

    LineBuffer line() {
        return line;
    }

    Timestamps timestamps() {
        return timestamps;
    }

    /** Whether there is something to be said of a field. */
    boolean known(LogEntry entry, LogField field) {
        return switch (field) {
            case TIME, TIME_CLF -> true;
            case FLAGS -> entry.hasFlags();
            case STATUS,
                    CLIENT_PORT,
                    ATTEMPTS,
                    BYTES_RECEIVED,
                    BYTES_SENT,
                    BODY_BYTES_SENT,
                    DURATION_MS,
                    CONNECT_MS,
                    RESPONSE_MS -> entry.number(field) >= 0;
            case NAMESPACE,
                    VIRTUAL_SERVICE,
                    ROUTE,
                    POOL,
                    ENDPOINT,
                    CLIENT_ADDRESS,
                    SCHEME,
                    PROTOCOL,
                    TLS_SERVER_NAME,
                    METHOD,
                    HOST,
                    PATH,
                    REFERER,
                    USER_AGENT,
                    REQUEST_ID,
                    X_FORWARDED_FOR -> entry.hasText(field);
        };
    }

    /** Whether a field's value is a number in JSON. */
    static boolean numeric(LogField field) {
        return switch (field) {
            case STATUS,
                    CLIENT_PORT,
                    ATTEMPTS,
                    BYTES_RECEIVED,
                    BYTES_SENT,
                    BODY_BYTES_SENT,
                    DURATION_MS,
                    CONNECT_MS,
                    RESPONSE_MS -> true;
            default -> false;
        };
    }

    /** Writes a value that is {@link #known}. */
    void value(LogEntry entry, LogField field, Escaping escaping) {
        switch (field) {
            case TIME -> timestamps.rfc3339(entry.startedMillis(), line);
            case TIME_CLF -> timestamps.clf(entry.startedMillis(), line);
            case FLAGS -> flags(entry);
            case DURATION_MS, CONNECT_MS, RESPONSE_MS -> line.millis(entry.number(field));
            default -> {
                if (numeric(field)) {
                    line.number(entry.number(field));
                } else {
                    entry.writeText(field, line, escaping);
                }
            }
        }
    }

    private void flags(LogEntry entry) {
        boolean first = true;
        for (int i = 0; i < FLAGS.length; i++) {
            if (entry.has(FLAGS[i])) {
                if (!first) {
                    line.octet(',');
                }
                first = false;
                line.octets(FLAG_NAMES[i]);
            }
        }
    }
}
