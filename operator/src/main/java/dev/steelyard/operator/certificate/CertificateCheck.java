package dev.steelyard.operator.certificate;

import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether a Secret holds a certificate chain and the key that belongs to it. */
public final class CertificateCheck {

    /** Of Secrets that hold certificates. */
    public static final String TYPE = "kubernetes.io/tls";

    private static final byte[] PROBE = "steelyard".getBytes(StandardCharsets.US_ASCII);

    private CertificateCheck() {}

    /** What was found in a Secret. */
    public sealed interface Result {}

    /**
     * A usable certificate, valid between two instants.
     *
     * @param ocsp what is said of it; empty if nothing
     */
    public record Good(Certificate certificate, Instant from, Instant until, Optional<OcspCheck.Result> ocsp)
            implements Result {}

    /** Nothing usable; the message says what is wrong and what to do. */
    public record Bad(String message) implements Result {}

    /**
     * Checks a Secret.
     *
     * @param secret its name
     * @param type its type: in a cluster only Secrets of type {@value #TYPE} are looked at, so others are refused in files as well
     * @param certificates its {@code tls.crt}
     * @param privateKey its {@code tls.key}
     * @param ocspResponse its {@value OcspCheck#KEY}, in Base64; empty if there is none
     */
    public static Result check(
            ObjectKey secret, String type, String certificates, String privateKey, String ocspResponse) {
        if (!type.equals(TYPE)) {
            return new Bad("Secret " + secret.name() + " is of type " + type + ": it has to be of type " + TYPE);
        }
        if (certificates.isBlank() || privateKey.isBlank()) {
            return new Bad("Secret " + secret.name() + " has no "
                    + (certificates.isBlank() ? "tls.crt" : "tls.key")
                    + ": a Secret of type " + TYPE + " needs both");
        }
        List<X509Certificate> chain;
        try {
            chain = chain(certificates);
        } catch (CertificateException e) {
            return new Bad("tls.crt of Secret " + secret.name() + " holds no PEM certificate chain");
        }
        X509Certificate leaf = chain.getFirst();
        try {
            PrivateKey key = PrivateKeys.read(privateKey, leaf.getPublicKey().getAlgorithm());
            if (!belongTogether(leaf.getPublicKey(), key)) {
                return new Bad("tls.key of Secret " + secret.name() + " does not belong to the first certificate of"
                        + " tls.crt: put the server's own certificate first, and its key beside it");
            }
            Certificate certificate =
                    new Certificate(secret.toString(), normalised(certificates), PrivateKeys.pem(key));
            return new Good(
                    certificate,
                    leaf.getNotBefore().toInstant(),
                    leaf.getNotAfter().toInstant(),
                    ocspResponse.isEmpty()
                            ? Optional.empty()
                            : Optional.of(OcspCheck.check(secret, ocspResponse, chain)));
        } catch (GeneralSecurityException e) {
            return new Bad("tls.key of Secret " + secret.name() + " is no unencrypted "
                    + leaf.getPublicKey().getAlgorithm() + " key in PEM form, as its certificate needs");
        }
    }

    private static List<X509Certificate> chain(String pem) throws CertificateException {
        byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
        List<X509Certificate> chain =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes)).stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (chain.isEmpty()) {
            throw new CertificateException("none");
        }
        return chain;
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) throws GeneralSecurityException {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(privateKey);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(PROBE);
        return signature.verify(signed);
    }

    /** Equal content in equal form, so that a Secret that was only laid out anew changes no snapshot. */
    static String normalised(String pem) {
        return String.join("\n", pem.strip().lines().map(String::strip).toList()) + "\n";
    }
}
