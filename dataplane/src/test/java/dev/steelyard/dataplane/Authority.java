package dev.steelyard.dataplane;

import dev.steelyard.snapshot.Certificate;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority for tests, keys on the curve P-256. */
public final class Authority {

    private final X509Bundle root;

    public Authority(String name) {
        try {
            root = new CertificateBuilder()
                    .algorithm(Algorithm.ecp256)
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its own certificate. */
    public String pem() {
        return root.getCertificatePEM();
    }

    /** A certificate with these DNS names, for servers and clients. */
    public Certificate issue(String subject, String... dnsNames) {
        return issue(Algorithm.ecp256, Instant.now().plus(Duration.ofDays(365)), subject, dnsNames);
    }

    /** The same with another algorithm or end. */
    public Certificate issue(Algorithm algorithm, Instant until, String subject, String... dnsNames) {
        try {
            CertificateBuilder builder = new CertificateBuilder()
                    .algorithm(algorithm)
                    .subject("CN=" + subject)
                    .notBefore(until.minus(Duration.ofDays(400)))
                    .notAfter(until);
            for (String name : dnsNames) {
                builder.addSanDnsName(name);
            }
            X509Bundle bundle = builder.buildIssuedBy(root);
            return new Certificate("shop/" + subject, bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a server or client of the JDK's that shows {@code certificate} and trusts this authority alone. */
    public SSLContext context(Certificate certificate) {
        try {
            CertificateFactory certificates = CertificateFactory.getInstance("X.509");
            X509Certificate[] chain = certificates
                    .generateCertificates(stream(certificate.chain()))
                    .toArray(X509Certificate[]::new);
            String base64 = certificate.privateKey().replaceAll("-----[A-Z ]+-----|\\s", "");
            KeyStore keys = empty();
            keys.setKeyEntry(
                    "key",
                    KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64))),
                    new char[0],
                    chain);
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(keys, new char[0]);
            KeyStore trusted = empty();
            trusted.setCertificateEntry("root", certificates.generateCertificate(stream(pem())));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        return store;
    }

    private static ByteArrayInputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
