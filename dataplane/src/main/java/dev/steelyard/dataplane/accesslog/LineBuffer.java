package dev.steelyard.dataplane.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The line that is being written: octets in an array that grows as needed and is used again. For one thread. */
final class LineBuffer {

    /** One that a hostile request has made larger is not kept. */
    private static final int KEPT_CAPACITY = 16_384;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNICODE = "\\u00".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_NUMBER = 20;

    private final byte[] digits = new byte[LONGEST_NUMBER];
    private byte[] octets = new byte[1_024];
    private int length;

    LineBuffer begin() {
        if (octets.length > KEPT_CAPACITY) {
            octets = new byte[1_024];
        }
        length = 0;
        return this;
    }

    byte[] octets() {
        return octets;
    }

    int length() {
        return length;
    }

    private void room(int more) {
        if (octets.length - length < more) {
            octets = Arrays.copyOf(octets, Math.max(length + more, octets.length * 2));
        }
    }

    LineBuffer octet(char ascii) {
        room(1);
        octets[length++] = (byte) ascii;
        return this;
    }

    LineBuffer octets(byte[] verbatim) {
        room(verbatim.length);
        System.arraycopy(verbatim, 0, octets, length, verbatim.length);
        length += verbatim.length;
        return this;
    }

    LineBuffer number(long value) {
        if (value < 0) {
            octet('-');
        }
        long rest = Math.abs(value);
        int at = LONGEST_NUMBER;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        room(LONGEST_NUMBER);
        System.arraycopy(digits, at, octets, length, LONGEST_NUMBER - at);
        length += LONGEST_NUMBER - at;
        return this;
    }

    /** Exactly so many digits, of a number that has no more. */
    LineBuffer padded(int value, int width) {
        room(width);
        int rest = value;
        for (int i = width - 1; i >= 0; i--) {
            octets[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
        return this;
    }

    /** Milliseconds with three decimals. */
    LineBuffer millis(long nanos) {
        long micros = Math.max(0, nanos) / 1_000;
        return number(micros / 1_000).octet('.').padded((int) (micros % 1_000), 3);
    }

    /** A text whose characters are octets (ISO-8859-1). */
    LineBuffer text(String text, Escaping escaping) {
        int count = Math.min(text.length(), LogEntry.MAX_OCTETS);
        room(count * escaping.longest());
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c > 0xff) {
                octets[length++] = '?';
            } else {
                escaped((byte) c, escaping);
            }
        }
        return this;
    }

    /** Octets of a client's. */
    LineBuffer text(byte[] source, int from, int to, Escaping escaping) {
        room((to - from) * escaping.longest());
        int at = from;
        while (at < to) {
            int sequence = escaping == Escaping.JSON ? Utf8.sequence(source, at, to) : 0;
            if (sequence > 1) {
                System.arraycopy(source, at, octets, length, sequence);
                length += sequence;
                at += sequence;
            } else {
                escaped(source[at++], escaping);
            }
        }
        return this;
    }

    private void escaped(byte octet, Escaping escaping) {
        if (octet == '"' || octet == '\\' || octet < 0x20 || octet == 0x7f) {
            escape(octet, escaping);
        } else {
            octets[length++] = octet;
        }
    }

    /** Octets above 0x7f are negative, so that they come here, too. */
    private void escape(byte octet, Escaping escaping) {
        switch (escaping) {
            case JSON -> {
                if (octet == '"' || octet == '\\') {
                    octets[length++] = '\\';
                    octets[length++] = octet;
                    return;
                }
                System.arraycopy(UNICODE, 0, octets, length, UNICODE.length);
                length += UNICODE.length;
            }
            case HEX -> {
                octets[length++] = '\\';
                octets[length++] = 'x';
            }
        }
        octets[length++] = HEX[(octet >> 4) & 0xf];
        octets[length++] = HEX[octet & 0xf];
    }

    /** How what a client can choose is kept from ending a line or a pair of quotes. */
    enum Escaping {
        /** {@code \xHH}, as nginx does. */
        HEX(4),
        /** RFC 8259 section 7. */
        JSON(6);

        private final int longest;

        Escaping(int longest) {
            this.longest = longest;
        }

        /** Octets that one can become. */
        int longest() {
            return longest;
        }
    }
}
