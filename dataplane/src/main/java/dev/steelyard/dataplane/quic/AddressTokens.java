package dev.steelyard.dataplane.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a client has to give back to show that packets reach it at its address (RFC 9000 section 8.1.2): a time, and a proof that we wrote it
 * for that address. What is made of it is told by whoever has the sockets.
 */
final class AddressTokens implements QuicTokenHandler {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC_BYTES = 32;
    private static final int HEAD_BYTES = Long.BYTES + MAC_BYTES;
    private static final long LIFETIME_NANOS = Duration.ofSeconds(10).toNanos();

    private final Mac mac;
    private final Doors doors;

    /** Who is let in. */
    interface Doors {

        /** Whether clients have to show where they are. */
        boolean asks();

        /** Whether there is no room for any. */
        boolean full();
    }

    /**
     * @param key as {@link #newKey} makes it; what one of these wrote, all with that key can read
     */
    AddressTokens(byte[] key, Doors doors) {
        this.doors = doors;
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
        }
    }

    static byte[] newKey() {
        byte[] key = new byte[MAC_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connection, InetSocketAddress address) {
        if (!doors.asks() && !doors.full()) {
            return false;
        }
        long now = System.nanoTime();
        byte[] original = new byte[connection.readableBytes()];
        connection.getBytes(connection.readerIndex(), original);
        out.writeLong(now).writeBytes(proof(now, original, address)).writeBytes(original);
        return true;
    }

    @Override
    public TokenValidationResult validateToken(ByteBuf token, InetSocketAddress address, ByteBuf connection) {
        // What goes on has the number that came with the token.
        return connection.readableBytes() == ConnectionIds.LENGTH && !doors.full() && genuine(token, address)
                ? TokenValidationResult.odcidFromToken(HEAD_BYTES)
                : TokenValidationResult.invalidToken();
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        return genuine(token, address) ? HEAD_BYTES : -1;
    }

    private boolean genuine(ByteBuf token, InetSocketAddress address) {
        int originalBytes = token.readableBytes() - HEAD_BYTES;
        if (originalBytes < 0 || originalBytes > Quic.MAX_CONN_ID_LEN) {
            return false;
        }
        int at = token.readerIndex();
        long written = token.getLong(at);
        byte[] shown = new byte[MAC_BYTES];
        token.getBytes(at + Long.BYTES, shown);
        byte[] original = new byte[originalBytes];
        token.getBytes(at + HEAD_BYTES, original);
        long age = System.nanoTime() - written;
        return age >= 0 && age <= LIFETIME_NANOS && MessageDigest.isEqual(shown, proof(written, original, address));
    }

    private byte[] proof(long time, byte[] original, InetSocketAddress address) {
        mac.update(ByteBuffer.allocate(Long.BYTES + Short.BYTES)
                .putLong(time)
                .putShort((short) address.getPort())
                .flip());
        mac.update(address.getAddress().getAddress());
        return mac.doFinal(original);
    }

    @Override
    public int maxTokenLength() {
        return HEAD_BYTES + Quic.MAX_CONN_ID_LEN;
    }
}
