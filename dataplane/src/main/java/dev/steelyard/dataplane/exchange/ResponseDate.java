package dev.steelyard.dataplane.exchange;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code Date} field of responses of our own, in every version of HTTP (RFC 9110 section 5.6.7). */
public final class ResponseDate {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private ResponseDate() {}

    /** Its value. */
    public static String of(Instant now) {
        return DATE.format(now);
    }
}
