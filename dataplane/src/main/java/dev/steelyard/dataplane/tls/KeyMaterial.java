package dev.steelyard.dataplane.tls;

import dev.steelyard.snapshot.Certificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A certificate chain and its private key, read from PEM and known to belong together. */
record KeyMaterial(List<X509Certificate> chain, PrivateKey key) {

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

    KeyMaterial {
        chain = List.copyOf(chain);
    }

    /**
     * Reads and checks a key pair.
     *
     * @throws IllegalArgumentException if it cannot be read, or the key is not the certificate's; the message is for the user and
     *     holds nothing of the key
     */
    static KeyMaterial read(Certificate certificate) {
        String where = "certificate " + certificate.name() + ": ";
        List<X509Certificate> chain = readChain(where, certificate.chain());
        PublicKey shown = chain.getFirst().getPublicKey();
        PrivateKey key = readKey(where, certificate.privateKey(), shown.getAlgorithm());
        if (!belongTogether(key, shown)) {
            throw new IllegalArgumentException(where + "the private key is not that of the certificate");
        }
        return new KeyMaterial(chain, key);
    }

    private static List<X509Certificate> readChain(String where, String pem) {
        try {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (chain.isEmpty()) {
                throw new IllegalArgumentException(where + "the chain holds no PEM certificate");
            }
            return chain;
        } catch (CertificateException e) {
            throw new IllegalArgumentException(where + "the chain is not PEM: " + e.getMessage(), e);
        }
    }

    private static PrivateKey readKey(String where, String pem, String algorithm) {
        Matcher matcher = PKCS8.matcher(pem);
        if (!matcher.find()) {
            throw new IllegalArgumentException(where + "the private key is not PKCS#8 in PEM");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause may quote the key.
            throw new IllegalArgumentException(where + "the private key cannot be read, or is not the " + algorithm
                    + " key that the certificate has");
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey shown) {
        try {
            byte[] text = "steelyard".getBytes(StandardCharsets.US_ASCII);
            Signature signature = Signature.getInstance(signatureOf(shown.getAlgorithm()));
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(shown);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String signatureOf(String algorithm) {
        return switch (algorithm) {
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> "SHA256with" + algorithm;
        };
    }
}
