package dev.steelyard.dataplane.http3.qpack;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes strings that are Huffman coded (RFC 7541 section 5.2 and appendix B). The code is canonical: the lengths say it all. Codes of one
 * length are consecutive numbers, in the order of their symbols, so a code is known as soon as it is less than the first one of its length
 * plus their count.
 */
final class Huffman {

    /** How many bits each symbol has, as digits to the base 36; the last one is the end of the string. */
    private static final String LENGTHS = "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca"
            + "d67777777777777777777777878djde6f56565666577666567655677777fbeds"
            + "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn"
            + "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq"
            + "u";

    private static final int END = 256;
    private static final int LONGEST = 30;
    private static final int MOST_PADDING = 7;

    private static final short[] SYMBOLS = new short[LENGTHS.length()];
    private static final int[] FIRST_CODE = new int[LONGEST + 1];
    private static final int[] FIRST_SYMBOL = new int[LONGEST + 1];
    private static final int[] COUNT = new int[LONGEST + 1];

    static {
        int at = 0;
        int code = 0;
        for (int length = 1; length <= LONGEST; length++) {
            FIRST_CODE[length] = code;
            FIRST_SYMBOL[length] = at;
            for (int symbol = 0; symbol < LENGTHS.length(); symbol++) {
                if (Character.digit(LENGTHS.charAt(symbol), 36) == length) {
                    SYMBOLS[at++] = (short) symbol;
                    COUNT[length]++;
                }
            }
            code = (code + COUNT[length]) << 1;
        }
    }

    private Huffman() {}

    /**
     * Decodes {@code length} octets, which are there.
     *
     * @return null if they are no such string
     */
    static byte @Nullable [] decode(ByteBuf in, int length) {
        // No code is shorter than 5 bits.
        byte[] decoded = new byte[length * 8 / 5];
        int at = 0;
        int code = 0;
        int bits = 0;
        for (int i = 0; i < length; i++) {
            int octet = in.readByte();
            for (int shift = 7; shift >= 0; shift--) {
                code = (code << 1) | ((octet >> shift) & 1);
                bits++;
                int offset = code - FIRST_CODE[bits];
                if (offset < COUNT[bits]) {
                    int symbol = SYMBOLS[FIRST_SYMBOL[bits] + offset];
                    if (symbol == END) {
                        return null;
                    }
                    decoded[at++] = (byte) symbol;
                    code = 0;
                    bits = 0;
                }
            }
        }
        if (bits > MOST_PADDING || code != (1 << bits) - 1) {
            return null;
        }
        return at == decoded.length ? decoded : Arrays.copyOf(decoded, at);
    }
}
