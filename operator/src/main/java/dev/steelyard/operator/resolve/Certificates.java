package dev.steelyard.operator.resolve;

import dev.steelyard.operator.certificate.AuthoritiesCheck;
import dev.steelyard.operator.certificate.CertificateCheck;
import dev.steelyard.operator.certificate.OcspCheck;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.OcspStaple;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Secrets hold: certificates to show and authorities to trust; the last good content of one while it is missing or broken.
 *
 * @param shown what Secrets with a certificate and its key hold
 * @param trusted what Secrets with authorities hold
 */
record Certificates(
        Map<ObjectKey, CertificateCheck.Result> shown,
        Map<ObjectKey, AuthoritiesCheck.Result> trusted,
        LastGood lastGood,
        Instant now) {

    /** How long before its end a certificate is warned of. */
    private static final Duration SOON = Duration.ofDays(14);

    /** The certificate of a Secret; null if there never was a good one. */
    @Nullable
    Certificate find(ObjectKey secret, String field, Findings findings) {
        CertificateCheck.@Nullable Result result = shown.get(secret);
        Certificate before = lastGood.certificates().get(secret);
        String meanwhile = before == null ? "" : "; the last good certificate is shown meanwhile";
        return switch (result) {
            case null -> {
                findings.unresolved(
                        field,
                        Reason.REF_NOT_FOUND,
                        "there is no Secret " + secret.name() + " of type " + CertificateCheck.TYPE + " in namespace "
                                + secret.namespace() + ": create it or correct the name" + meanwhile);
                yield before;
            }
            case CertificateCheck.Bad bad -> {
                findings.unresolved(field, Reason.INVALID_CERTIFICATE, bad.message() + meanwhile);
                yield before;
            }
            case CertificateCheck.Good good -> {
                if (now.isBefore(good.from().truncatedTo(ChronoUnit.HOURS))) {
                    findings.warning(
                            field,
                            Reason.CERTIFICATE_EXPIRED,
                            "the certificate in Secret " + secret.name() + " is not valid before " + good.from());
                } else {
                    expiry("the certificate in Secret " + secret.name(), good.until(), field, findings);
                }
                yield good.certificate();
            }
        };
    }

    /** The same to be shown to clients, with what its authority says of it if that is usable now. */
    @Nullable
    Certificate shown(ObjectKey secret, String field, Findings findings) {
        Certificate found = find(secret, field, findings);
        return found != null
                        && shown.get(secret) instanceof CertificateCheck.Good good
                        && good.ocsp().isPresent()
                ? stapled(found, good.ocsp().get(), secret, field, findings)
                : found;
    }

    private Certificate stapled(
            Certificate found, OcspCheck.Result result, ObjectKey secret, String field, Findings findings) {
        String what = OcspCheck.KEY + " of Secret " + secret.name();
        Optional<OcspStaple> staple = Optional.empty();
        String problem = "";
        switch (result) {
            case OcspCheck.Bad bad -> problem = bad.message();
            case OcspCheck.Good good
            when now.isBefore(good.from().truncatedTo(ChronoUnit.HOURS)) ->
                problem = what + " is not valid before " + good.from();
            case OcspCheck.Good good
            when now.isAfter(good.staple().until()) ->
                problem = what + " was valid until " + good.staple().until() + ": renew it";
            case OcspCheck.Good good -> staple = Optional.of(good.staple());
        }
        if (staple.isEmpty()) {
            findings.warning(field, Reason.NOT_STAPLED, problem + "; the certificate is shown without it");
        }
        return new Certificate(found.name(), found.chain(), found.privateKey(), staple);
    }

    /** The authorities of a Secret, PEM; null if there never were good ones. */
    @Nullable
    String authorities(ObjectKey secret, String field, Findings findings) {
        AuthoritiesCheck.@Nullable Result result = trusted.get(secret);
        String before = lastGood.authorities().get(secret);
        String meanwhile = before == null ? "" : "; the last good authorities are trusted meanwhile";
        return switch (result) {
            case null -> {
                findings.unresolved(
                        field,
                        Reason.REF_NOT_FOUND,
                        "there is no Secret " + secret.name() + " of type Opaque or " + CertificateCheck.TYPE
                                + " in namespace " + secret.namespace() + ": create it or correct the name"
                                + meanwhile);
                yield before;
            }
            case AuthoritiesCheck.Bad bad -> {
                findings.unresolved(field, Reason.INVALID_CERTIFICATE, bad.message() + meanwhile);
                yield before;
            }
            case AuthoritiesCheck.Good good -> {
                expiry("every authority in Secret " + secret.name(), good.until(), field, findings);
                yield good.pem();
            }
        };
    }

    private void expiry(String what, Instant until, String field, Findings findings) {
        if (now.isAfter(until)) {
            findings.warning(field, Reason.CERTIFICATE_EXPIRED, what + " expired at " + until + ": renew it");
        } else if (now.plus(SOON).isAfter(until)) {
            findings.warning(field, Reason.CERTIFICATE_EXPIRES_SOON, what + " expires at " + until + ": renew it");
        }
    }
}
