package dev.steelyard.dataplane;

import dev.steelyard.snapshot.Certificate;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Makes key pairs for tests. */
public final class Certificates {

    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final int SEQUENCE = 0x30;
    private static final int DNS_NAME = 0x82;

    private Certificates() {}

    /** A self-signed one with these DNS names, the key on the curve P-256. */
    public static Certificate forNames(String name, String... dnsNames) {
        return forNames(Algorithm.ecp256, name, dnsNames);
    }

    /** A self-signed one with these DNS names. */
    public static Certificate forNames(Algorithm algorithm, String name, String... dnsNames) {
        try {
            X509Bundle bundle = new CertificateBuilder()
                    .algorithm(algorithm)
                    .subject("CN=" + name)
                    .addExtensionOctetString(SUBJECT_ALTERNATIVE_NAME, false, alternatives(dnsNames))
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            return new Certificate("shop/" + name, bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** In DER by hand, since the builder takes no wildcards; the short form of lengths will do. */
    private static byte[] alternatives(String... dnsNames) {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        for (String dnsName : dnsNames) {
            names.write(DNS_NAME);
            names.write(dnsName.length());
            names.writeBytes(dnsName.getBytes(StandardCharsets.US_ASCII));
        }
        if (names.size() > 127) {
            throw new IllegalArgumentException("too many names");
        }
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.write(SEQUENCE);
        sequence.write(names.size());
        sequence.writeBytes(names.toByteArray());
        return sequence.toByteArray();
    }
}
