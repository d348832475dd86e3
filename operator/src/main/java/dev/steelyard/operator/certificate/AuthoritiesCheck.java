package dev.steelyard.operator.certificate;

import dev.steelyard.snapshot.ObjectKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Whether a Secret holds certificates of authorities. */
public final class AuthoritiesCheck {

    private AuthoritiesCheck() {}

    /** What was found in a Secret. */
    public sealed interface Result {}

    /**
     * Usable ones.
     *
     * @param pem in an equal form for equal content
     * @param until when the last of them expires
     */
    public record Good(String pem, Instant until) implements Result {}

    /** Nothing usable; the message says what is wrong and what to do. */
    public record Bad(String message) implements Result {}

    /**
     * Checks a Secret.
     *
     * @param secret its name
     * @param authorities its {@code ca.crt}
     */
    public static Result check(ObjectKey secret, String authorities) {
        if (authorities.isBlank()) {
            return new Bad(
                    "Secret " + secret.name() + " has no ca.crt: put the authorities' certificates there, in PEM");
        }
        try {
            byte[] bytes = authorities.getBytes(StandardCharsets.US_ASCII);
            List<X509Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            return all.stream()
                    .map(certificate -> certificate.getNotAfter().toInstant())
                    .max(Instant::compareTo)
                    .<Result>map(until -> new Good(CertificateCheck.normalised(authorities), until))
                    .orElseGet(() -> notPem(secret));
        } catch (CertificateException e) {
            return notPem(secret);
        }
    }

    private static Bad notPem(ObjectKey secret) {
        return new Bad("ca.crt of Secret " + secret.name() + " holds no PEM certificates");
    }
}
