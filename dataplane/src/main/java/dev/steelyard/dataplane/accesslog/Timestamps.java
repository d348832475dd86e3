package dev.steelyard.dataplane.accesslog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes times, in UTC; formats each second once. For one thread. */
final class Timestamps {

    private static final DateTimeFormatter RFC_3339 = formatter("yyyy-MM-dd'T'HH:mm:ss");
    private static final DateTimeFormatter CLF = formatter("dd/MMM/yyyy:HH:mm:ss");
    private static final byte[] CLF_ZONE = " +0000".getBytes(StandardCharsets.US_ASCII);

    private long second = Long.MIN_VALUE;
    private byte[] rfc3339 = {};
    private byte[] clf = {};

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    /** {@code 2026-10-10T13:55:36.123Z}. */
    void rfc3339(long millis, LineBuffer line) {
        at(millis);
        line.octets(rfc3339)
                .octet('.')
                .padded((int) Math.floorMod(millis, 1_000L), 3)
                .octet('Z');
    }

    /** {@code 10/Oct/2026:13:55:36 +0000}, as Apache and nginx write it. */
    void clf(long millis, LineBuffer line) {
        at(millis);
        line.octets(clf).octets(CLF_ZONE);
    }

    /** {@code 10/Oct/2026:13:55:36.123}, as HAProxy writes it. */
    void haproxy(long millis, LineBuffer line) {
        at(millis);
        line.octets(clf).octet('.').padded((int) Math.floorMod(millis, 1_000L), 3);
    }

    private void at(long millis) {
        long wanted = Math.floorDiv(millis, 1_000L);
        if (wanted != second) {
            second = wanted;
            Instant instant = Instant.ofEpochSecond(wanted);
            rfc3339 = RFC_3339.format(instant).getBytes(StandardCharsets.US_ASCII);
            clf = CLF.format(instant).getBytes(StandardCharsets.US_ASCII);
        }
    }
}
