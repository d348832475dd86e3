package dev.steelyard.e2e.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority made with openssl, and what it issues; all of it PEM files in one folder, valid 10 years. */
public final class TestCertificates {
    private final Path folder;

    /** Makes the authority: {@code ca.crt} and {@code ca.key} in {@code folder}. */
    public TestCertificates(Path folder) {
        this.folder = folder;
        issue("ca", "/CN=test authority", List.of());
    }

    public Path authority() {
        return certificate("ca");
    }

    public Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }

    public Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /**
     * The manifest of a Secret with what was issued.
     *
     * @param secret its name
     * @param issued the name under which it was
     */
    public String secret(String secret, String issued) {
        try {
            return """
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: %s}
                    type: kubernetes.io/tls
                    stringData:
                      tls.crt: |
                    %s
                      tls.key: |
                    %s
                    """.formatted(
                            secret,
                            Files.readString(certificate(issued)).indent(4),
                            Files.readString(key(issued)).indent(4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a client that trusts the authority, and nobody else, connects with. */
    public SSLContext trust() {
        try (InputStream pem = Files.newInputStream(authority())) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot read " + authority(), e);
        }
    }

    /**
     * Issues {@code name.crt} and its key {@code name.key}: RSA, since the Kubernetes client reads other keys of
     * kubeconfigs only with BouncyCastle beside it.
     *
     * @param subject as openssl wants it: {@code /O=system:masters/CN=admin}
     * @param names alternative names: {@code DNS:localhost}, {@code IP:127.0.0.1}
     */
    public void issue(String name, String subject, List<String> names) {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"));
        command.addAll(List.of("-days", "3650", "-subj", subject));
        command.addAll(List.of(
                "-keyout", key(name).toString(), "-out", certificate(name).toString()));
        if (Files.exists(authority())) {
            command.addAll(
                    List.of("-CA", authority().toString(), "-CAkey", key("ca").toString()));
            command.addAll(List.of("-addext", "basicConstraints=critical,CA:FALSE"));
        }
        if (!names.isEmpty()) {
            command.addAll(List.of("-addext", "subjectAltName=" + String.join(",", names)));
        }
        Commands.run(command.toArray(String[]::new)).requireSuccess();
    }
}
