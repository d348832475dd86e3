package dev.steelyard.snapshot;

import java.util.Optional;

/**
 * A certificate with its key. {@link #toString} leaves the key out.
 *
 * @param name the name that listeners use, unique in a snapshot (the Secret's {@code namespace/name})
 * @param chain certificate chain, PEM, leaf first
 * @param privateKey PKCS#8, PEM
 * @param staple shown with it to clients that ask
 */
public record Certificate(
        String name,
        String chain,
        String privateKey,
        @Defaulted Optional<OcspStaple> staple) {

    /** One that nothing is shown with. */
    public Certificate(String name, String chain, String privateKey) {
        this(name, chain, privateKey, Optional.empty());
    }

    @Override
    public String toString() {
        return "Certificate[" + name + "]";
    }
}
