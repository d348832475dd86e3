package dev.steelyard.dataplane.tls;

import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.OcspStaple;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.internal.tcnative.SSLCredential;
import java.lang.reflect.Method;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Key pairs as BoringSSL's credentials, with OCSP responses: a response belongs to a credential, so that of two that stand side by side each
 * has its own. BoringSSL sends it to clients that ask.
 */
final class Stapling {

    private Stapling() {}

    /** When the first of the responses for these certificates ends; empty if there are none. */
    static Optional<Instant> until(Certificate certificate, Optional<Certificate> companion) {
        return Stream.concat(Stream.of(certificate), companion.stream())
                .flatMap(each -> each.staple().stream())
                .map(OcspStaple::until)
                .min(Instant::compareTo);
    }

    /**
     * A credential; whoever calls releases it.
     *
     * @param staple null for none
     */
    static OpenSslCredential credential(KeyMaterial material, @Nullable OcspStaple staple) {
        OpenSslCredential credential;
        try {
            credential = OpenSslCredentialBuilder.forX509(
                            material.key(), material.chain().toArray(X509Certificate[]::new))
                    .build();
        } catch (Exception e) {
            throw new IllegalArgumentException("a certificate beside another cannot be used: " + e.getMessage(), e);
        }
        if (staple != null) {
            staple(credential, Base64.getDecoder().decode(staple.response()));
        }
        return credential;
    }

    /** Netty 4.2's builder has no such setting, and keeps the address that it takes to itself. */
    private static void staple(OpenSslCredential credential, byte[] response) {
        try {
            Method address = credential.getClass().getMethod("credentialAddress");
            address.setAccessible(true);
            SSLCredential.setOcspResponse((long) address.invoke(credential), response);
        } catch (Exception e) {
            credential.release();
            throw new IllegalArgumentException("an OCSP response cannot be used: " + e.getMessage(), e);
        }
    }
}
