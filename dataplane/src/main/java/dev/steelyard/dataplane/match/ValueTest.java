package dev.steelyard.dataplane.match;

import com.google.re2j.Pattern;
import dev.steelyard.snapshot.Conditions.ValueMatch;
import java.nio.charset.StandardCharsets;

/** What a value has to be. Values come as octets taken for ISO-8859-1; what is written in specs is UTF-8. */
sealed interface ValueTest {

    /** Whether a value passes. */
    boolean passes(String octets);

    /** Any value. */
    record Present() implements ValueTest {
        @Override
        public boolean passes(String octets) {
            return true;
        }

        @Override
        public String toString() {
            return "";
        }
    }

    /**
     * This value alone.
     *
     * @param octets of it
     */
    record Exact(String octets) implements ValueTest {
        @Override
        public boolean passes(String value) {
            return octets.equals(value);
        }

        @Override
        public String toString() {
            return "=" + text(octets);
        }
    }

    /** A value that matches as a whole. */
    record Regex(Pattern pattern) implements ValueTest {
        @Override
        public boolean passes(String octets) {
            return pattern.matches(text(octets));
        }

        @Override
        public String toString() {
            return "~" + pattern;
        }
    }

    /**
     * Compiles one.
     *
     * @throws IllegalArgumentException if its expression is malformed
     */
    static ValueTest of(ValueMatch match) {
        return switch (match.type()) {
            case EXACT ->
                new Exact(new String(match.value().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
            case REGEX -> new Regex(Expressions.compile(match.value()));
            case PRESENT -> new Present();
        };
    }

    private static String text(String octets) {
        for (int i = 0; i < octets.length(); i++) {
            if (octets.charAt(i) > 0x7f) {
                return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }
        return octets;
    }
}
