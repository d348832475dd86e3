package dev.steelyard.snapshot;

/**
 * A certificate with its key. {@link #toString} leaves the key out.
 *
 * @param name the name that listeners use, unique in a snapshot (the Secret's {@code namespace/name})
 * @param chain certificate chain, PEM, leaf first
 * @param privateKey PKCS#8, PEM
 */
public record Certificate(String name, String chain, String privateKey) {

    @Override
    public String toString() {
        return "Certificate[" + name + "]";
    }
}
