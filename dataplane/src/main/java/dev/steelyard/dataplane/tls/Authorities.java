package dev.steelyard.dataplane.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose signatures are believed: authorities named in PEM, or those that the system trusts (the JDK's {@code cacerts}). */
final class Authorities {

    private Authorities() {}

    /** Read once, and only where somebody needs it: it takes 50 ms and some MiB. */
    private static final class OfTheSystem {
        static final X509ExtendedTrustManager TRUST = trust((KeyStore) null);
    }

    /** Those of the system. */
    static X509ExtendedTrustManager ofTheSystem() {
        return OfTheSystem.TRUST;
    }

    /**
     * The certificates in a PEM text, in its order.
     *
     * @throws IllegalArgumentException if there is none, or one cannot be read; the message is for the user
     */
    static List<X509Certificate> read(String pem) {
        try {
            List<X509Certificate> all = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (all.isEmpty()) {
                throw new IllegalArgumentException("the authorities hold no PEM certificate");
            }
            return all;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the authorities are not PEM: " + e.getMessage(), e);
        }
    }

    /** Trusts what these have signed. */
    static X509ExtendedTrustManager trusting(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            return trust(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the authorities cannot be used: " + e.getMessage(), e);
        }
    }

    private static X509ExtendedTrustManager trust(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot verify certificates", e);
        }
        throw new IllegalStateException("this JDK has no PKIX trust manager");
    }
}
