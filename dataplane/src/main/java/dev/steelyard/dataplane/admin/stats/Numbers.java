package dev.steelyard.dataplane.admin.stats;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** How numbers are shown. */
final class Numbers {

    private Numbers() {}

    /** To two decimals: what JSON tells of rates and times. */
    static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    static @Nullable Double orNull(OptionalDouble value) {
        if (value.isEmpty()) {
            return null;
        }
        return rounded(value.getAsDouble());
    }

    /** A rate for people: decimals only where they say something. */
    static String rate(double perSecond) {
        return perSecond == 0
                ? "0"
                : perSecond < 10
                        ? String.format(Locale.ROOT, "%.1f", perSecond)
                        : String.format(Locale.ROOT, "%,d", Math.round(perSecond));
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Milliseconds for people; a dash if there is no value. */
    static String millis(@Nullable Double value) {
        return value == null
                ? "–"
                : value < 10
                        ? String.format(Locale.ROOT, "%.1f ms", value)
                        : value < 10_000
                                ? String.format(Locale.ROOT, "%,d ms", Math.round(value))
                                : String.format(Locale.ROOT, "%.1f s", value / 1000);
    }

    /** How long, for people: the two largest units. */
    static String duration(long seconds) {
        long days = seconds / 86_400;
        long hours = seconds / 3600 % 24;
        long minutes = seconds / 60 % 60;
        return days > 0
                ? days + " d " + hours + " h"
                : hours > 0
                        ? hours + " h " + minutes + " min"
                        : minutes > 0 ? minutes + " min " + seconds % 60 + " s" : Math.max(0, seconds) + " s";
    }
}
