package dev.steelyard.dataplane.accesslog;

import dev.steelyard.snapshot.AccessLog.Format;
import dev.steelyard.snapshot.LogField;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of requests. */
public final class Lines {

    private Lines() {}

    /** The line of a GET whose path, referrer and agent are those octets; each octet of the line is a character (ISO-8859-1). */
    public static String of(Format format, byte[] sent) {
        AccessLog log = AccessLog.of(Optional.of(new dev.steelyard.snapshot.AccessLog(format, "", 100)));
        LogEntry entry = new LogEntry()
                .begin(log, 0)
                .set(LogField.CLIENT_ADDRESS, "192.0.2.9")
                .set(LogField.STATUS, 200)
                .set(LogField.METHOD, "GET")
                .set(LogField.PROTOCOL, "HTTP/1.1")
                .set(LogField.PATH, sent, 0, sent.length)
                .set(LogField.REFERER, sent, 0, sent.length)
                .set(LogField.USER_AGENT, sent, 0, sent.length);
        LineBuffer line = new LineWriter().write(entry);
        return new String(line.octets(), 0, line.length(), StandardCharsets.ISO_8859_1);
    }
}
