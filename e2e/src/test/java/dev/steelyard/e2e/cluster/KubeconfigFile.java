package dev.steelyard.e2e.cluster;

import dev.steelyard.e2e.process.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Writes kubeconfigs that refer to no other file. */
final class KubeconfigFile {
    private KubeconfigFile() {}

    /** Writes {@code kubeconfig} in {@code folder}, for the user that certificate {@code user} names. */
    static Path write(Path folder, TestCertificates certificates, String user, String server) {
        try {
            return Files.writeString(folder.resolve("kubeconfig"), """
                    apiVersion: v1
                    kind: Config
                    current-context: test
                    contexts: [{name: test, context: {cluster: test, user: test}}]
                    clusters:
                    - name: test
                      cluster: {server: "%s", certificate-authority-data: %s}
                    users:
                    - name: test
                      user: {client-certificate-data: %s, client-key-data: %s}
                    """.formatted(
                            server,
                            base64(certificates.authority()),
                            base64(certificates.certificate(user)),
                            base64(certificates.key(user))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String base64(Path file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    }
}
