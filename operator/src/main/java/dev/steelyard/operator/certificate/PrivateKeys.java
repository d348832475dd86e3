package dev.steelyard.operator.certificate;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys in PEM form: PKCS#8 (RFC 5958), PKCS#1 for RSA (RFC 8017 appendix A.1.2) and SEC 1 for EC (RFC 5915). The JDK reads only
 * the first; the others are wrapped in it.
 */
final class PrivateKeys {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** {@code SEQUENCE {OID rsaEncryption, NULL}}. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int EC_PARAMETERS = 0xA0;

    private PrivateKeys() {}

    /**
     * Reads the first private key of a text.
     *
     * @param algorithm RSA, EC or Ed25519
     * @throws GeneralSecurityException if there is none, or of another algorithm, or it is encrypted
     */
    static PrivateKey read(String pem, String algorithm) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException("no private key");
        }
        byte[] der;
        try {
            byte[] content = Base64.getMimeDecoder().decode(block.group(2));
            der = switch (block.group(1)) {
                case "RSA " -> wrap(RSA, content);
                case "EC " -> wrap(element(SEQUENCE, concat(EC_OID, ecParameters(content))), content);
                default -> content;
            };
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new InvalidKeySpecException("corrupt", e);
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** Writes a key as PKCS#8. */
    static String pem(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + LINES.encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, concat(VERSION_0, algorithm, element(OCTETS, key)));
    }

    /** The curve's OID, from {@code SEQUENCE {INTEGER, OCTET STRING, [0] parameters, [1] public key}}. */
    private static byte[] ecParameters(byte[] key) {
        ByteBuffer fields = content(ByteBuffer.wrap(key), SEQUENCE);
        while (fields.hasRemaining()) {
            int tag = fields.get(fields.position()) & 0xff;
            ByteBuffer field = content(fields, tag);
            if (tag == EC_PARAMETERS) {
                byte[] oid = new byte[field.remaining()];
                field.get(oid);
                return oid;
            }
        }
        throw new IllegalArgumentException("no curve named");
    }

    /** The content of the next element, which is passed over. */
    private static ByteBuffer content(ByteBuffer der, int expectedTag) {
        if ((der.get() & 0xff) != expectedTag) {
            throw new IllegalArgumentException("unexpected element");
        }
        int length = der.get() & 0xff;
        if (length > 0x80) {
            int bytes = length - 0x80;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (der.get() & 0xff);
            }
        }
        if (length < 0 || length > der.remaining()) {
            throw new IllegalArgumentException("cut short");
        }
        ByteBuffer content = der.slice(der.position(), length);
        der.position(der.position() + length);
        return content;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4);
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length <= 0xff) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
