package dev.steelyard.dataplane.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What session tickets (RFC 5077, RFC 8446 section 4.6.1) are encrypted with. All nodes that have the same keys resume each other's
 * sessions. {@link #toString} leaves the keys out.
 *
 * @param keys of 48 octets each: 16 that name it, 16 for HMAC, 16 for AES; the first encrypts, all decrypt; never empty
 */
public record TicketKeys(List<byte[]> keys) {

    private static final int KEPT = 2;

    /** Octets of one key. */
    public static final int KEY_BYTES = OpenSslSessionTicketKey.TICKET_KEY_SIZE;

    public TicketKeys {
        keys = List.copyOf(keys);
        for (byte[] key : keys) {
            if (key.length != KEY_BYTES) {
                throw new IllegalArgumentException("a ticket key has " + KEY_BYTES + " octets, not " + key.length);
            }
        }
    }

    /** A key that nobody else has: sessions are resumed on this node alone, for as long as it runs. */
    public static TicketKeys random() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new TicketKeys(List.of(key));
    }

    /** With a new key that encrypts; what the last two encrypted is still read. */
    public TicketKeys successor() {
        List<byte[]> next = new ArrayList<>(random().keys);
        next.addAll(keys.subList(0, Math.min(keys.size(), KEPT)));
        return new TicketKeys(next);
    }

    /**
     * Reads keys that follow one another.
     *
     * @throws IllegalArgumentException if there is none, or not a whole number of them
     */
    public static TicketKeys read(byte[] joined) {
        if (joined.length == 0 || joined.length % KEY_BYTES != 0) {
            throw new IllegalArgumentException("ticket keys have " + KEY_BYTES + " octets each, not " + joined.length);
        }
        List<byte[]> keys = new ArrayList<>();
        for (int start = 0; start < joined.length; start += KEY_BYTES) {
            keys.add(Arrays.copyOfRange(joined, start, start + KEY_BYTES));
        }
        return new TicketKeys(keys);
    }

    OpenSslSessionTicketKey[] forBoringSsl() {
        return keys.stream()
                .map(key -> new OpenSslSessionTicketKey(
                        Arrays.copyOfRange(key, 0, 16),
                        Arrays.copyOfRange(key, 16, 32),
                        Arrays.copyOfRange(key, 32, 48)))
                .toArray(OpenSslSessionTicketKey[]::new);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TicketKeys that
                && keys.size() == that.keys.size()
                && Arrays.deepEquals(keys.toArray(), that.keys.toArray());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(keys.toArray());
    }

    @Override
    public String toString() {
        return "TicketKeys[" + keys.size() + "]";
    }
}
