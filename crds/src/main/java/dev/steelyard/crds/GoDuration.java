package dev.steelyard.crds;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The durations of the API, such as {@code 1h30m}, {@code 5s}, {@code 250ms} and {@code 0s}: one to four parts of one to five
 * digits and a unit. This is the subset of Go's durations that Gateway API allows (GEP-2257): no fractions, no signs, nothing
 * below a millisecond. Parts add up, in any order.
 */
public final class GoDuration {

    private static final Pattern WHOLE = Pattern.compile(Formats.DURATION);
    private static final Pattern PART = Pattern.compile("([0-9]+)(h|ms|m|s)");

    private GoDuration() {}

    /**
     * Reads a duration.
     *
     * @return zero to about 45 years
     * @throws IllegalArgumentException if the text is not of the form; the message is for the user
     */
    public static Duration parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("not a duration such as 1h30m, 5s or 250ms: " + text);
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        default -> Duration.ofMillis(amount);
                    });
        }
        return sum;
    }

    /**
     * Writes a duration so that {@link #parse} reads it back, largest unit first; {@code 0s} for zero.
     *
     * @throws IllegalArgumentException if it is negative, has a fraction of a millisecond or 100,000 hours or more
     */
    public static String format(Duration duration) {
        if (duration.isNegative()
                || !duration.equals(duration.truncatedTo(ChronoUnit.MILLIS))
                || duration.toHours() > 99_999) {
            throw new IllegalArgumentException("cannot be written as a duration of the API: " + duration);
        }
        StringBuilder text = new StringBuilder(16);
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }
}
