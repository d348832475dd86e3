package dev.steelyard.operator.certificate;

import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.OcspStaple;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateRevokedException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a Secret holds an OCSP response that says of its certificate that it is good. Asks nobody. */
public final class OcspCheck {

    /** Where it is in the Secret, as Envoy Gateway has it. */
    public static final String KEY = "tls.ocsp-staple";

    private OcspCheck() {}

    /** What was found in a Secret. */
    public sealed interface Result {}

    /** A usable one, valid from an instant on, until that of the staple. */
    public record Good(OcspStaple staple, Instant from) implements Result {}

    /** None that is usable; the message says what is wrong and what to do. */
    public record Bad(String message) implements Result {}

    /**
     * Checks one.
     *
     * @param secret its name
     * @param encoded its {@value #KEY}, in Base64
     * @param chain its certificate, and that of who issued it
     */
    static Result check(ObjectKey secret, String encoded, List<X509Certificate> chain) {
        String what = KEY + " of Secret " + secret.name() + " ";
        X509Certificate leaf = chain.getFirst();
        if (chain.size() < 2 || !chain.get(1).getSubjectX500Principal().equals(leaf.getIssuerX500Principal())) {
            return new Bad(
                    what + "cannot be verified: put the issuer's certificate into tls.crt, after the server's own");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(encoded);
            Optional<OcspResponse.Single> found = OcspResponse.read(der).stream()
                    .filter(single -> single.serial().equals(leaf.getSerialNumber()))
                    .findFirst();
            if (found.isEmpty()) {
                return new Bad(what + "is for another certificate: renew it together with the certificate");
            }
            OcspResponse.Single single = found.get();
            if (single.until().isEmpty()) {
                return new Bad(what + "does not say how long it is valid (nextUpdate)");
            }
            verify(der, leaf, chain.get(1), single.from());
            OcspStaple staple = new OcspStaple(
                    Base64.getEncoder().encodeToString(der), single.until().get());
            return new Good(staple, single.from());
        } catch (IllegalArgumentException e) {
            return new Bad(what + e.getMessage());
        } catch (GeneralSecurityException e) {
            return new Bad(what + "does not show the certificate to be good: " + e.getMessage());
        }
    }

    /** By the JDK: status, issuer, signature, and whose it is, as of the time at which it was made. */
    private static void verify(byte[] der, X509Certificate leaf, X509Certificate issuer, Instant when)
            throws GeneralSecurityException {
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOcspResponses(Map.of(leaf, der));
        // Without a fallback nothing is fetched from where the certificate says.
        checker.setOptions(EnumSet.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
        parameters.setDate(Date.from(when));
        parameters.addCertPathChecker(checker);
        try {
            validator.validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
        } catch (CertPathValidatorException e) {
            // Its own message says when in the form of wherever this runs.
            throw e.getCause() instanceof CertificateRevokedException revoked
                    ? new GeneralSecurityException(
                            "revoked at " + revoked.getRevocationDate().toInstant(), e)
                    : e;
        } catch (RuntimeException e) {
            // The JDK's reader of DER meets malformed input so.
            throw new GeneralSecurityException("it is malformed", e);
        }
    }
}
