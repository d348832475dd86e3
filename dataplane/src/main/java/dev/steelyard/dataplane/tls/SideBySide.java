package dev.steelyard.dataplane.tls;

import dev.steelyard.snapshot.Certificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Certificates that stand for the same names with keys of two kinds: clients that can verify ECDSA are shown the one, the others the other
 * (RFC 8446 section 4.4.2.2).
 *
 * @param certificate with whatever key; beside a companion, not with an EC key
 * @param companion with an EC key
 */
public record SideBySide(Certificate certificate, Optional<Certificate> companion) {

    /** Pairs of {@code certificates}, in the order of the first of each. What cannot be read is left to itself: whoever uses it says so. */
    public static List<SideBySide> of(List<Certificate> certificates) {
        List<SideBySide> pairs = new ArrayList<>();
        List<Optional<X509Certificate>> leaves =
                certificates.stream().map(SideBySide::leaf).toList();
        boolean[] taken = new boolean[certificates.size()];
        for (int i = 0; i < certificates.size(); i++) {
            if (taken[i]) {
                continue;
            }
            int other = TlsContexts.showsSideBySide() ? partner(leaves, taken, i) : -1;
            if (other < 0) {
                pairs.add(new SideBySide(certificates.get(i), Optional.empty()));
                continue;
            }
            taken[other] = true;
            boolean first = isElliptic(leaves.get(i));
            pairs.add(new SideBySide(
                    certificates.get(first ? other : i), Optional.of(certificates.get(first ? i : other))));
        }
        return pairs;
    }

    /** When a certificate that could be read expires. */
    public static Instant until(Certificate certificate) {
        return leaf(certificate).orElseThrow().getNotAfter().toInstant();
    }

    private static int partner(List<Optional<X509Certificate>> leaves, boolean[] taken, int one) {
        if (leaves.get(one).isEmpty()) {
            return -1;
        }
        CertificateNames names = CertificateNames.of(leaves.get(one).get());
        for (int other = one + 1; other < leaves.size(); other++) {
            if (!taken[other]
                    && leaves.get(other).isPresent()
                    && isElliptic(leaves.get(one)) != isElliptic(leaves.get(other))
                    && CertificateNames.of(leaves.get(other).get()).equals(names)) {
                return other;
            }
        }
        return -1;
    }

    private static boolean isElliptic(Optional<X509Certificate> leaf) {
        return leaf.isPresent() && leaf.get().getPublicKey().getAlgorithm().equals("EC");
    }

    private static Optional<X509Certificate> leaf(Certificate certificate) {
        try {
            return Optional.of((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(certificate.chain().getBytes(StandardCharsets.US_ASCII))));
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }
}
