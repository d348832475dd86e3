package dev.steelyard.dataplane.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The form of the files in the state folder: a digest in hex, a line feed, the content. */
final class Seal {

    private static final int DIGEST_LENGTH = 64;

    private Seal() {}

    static byte[] put(String digest, byte[] content) {
        byte[] head = (digest + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, bytes, head.length, content.length);
        return bytes;
    }

    static String digest(byte[] bytes) throws IOException {
        if (bytes.length <= DIGEST_LENGTH || bytes[DIGEST_LENGTH] != '\n') {
            throw new IOException("cut short or corrupt: it does not begin with a digest");
        }
        return new String(bytes, 0, DIGEST_LENGTH, StandardCharsets.US_ASCII);
    }

    static byte[] content(byte[] bytes) throws IOException {
        digest(bytes);
        return Arrays.copyOfRange(bytes, DIGEST_LENGTH + 1, bytes.length);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
