package dev.steelyard.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * TLS of a listener.
 *
 * @param certificates names of {@link Snapshot#certificates}; the one whose names match the SNI is shown, else the first
 * @param minVersion lowest protocol version accepted
 * @param http2 whether HTTP/2 is offered by ALPN
 * @param clientAuth absent: clients are not asked for a certificate
 * @param http3 whether HTTP/3 is served on the UDP port of the same number and announced; if false, clients are told to forget of it; absent:
 *     nothing is said of it
 */
public record ListenerTls(
        List<String> certificates,
        TlsVersion minVersion,
        @Defaulted boolean http2,
        @Defaulted Optional<ClientAuth> clientAuth,
        @Defaulted Optional<Boolean> http3) {

    public ListenerTls {
        certificates = List.copyOf(certificates);
    }

    /** Without HTTP/2, asking clients for no certificate. */
    public ListenerTls(List<String> certificates, TlsVersion minVersion) {
        this(certificates, minVersion, false, Optional.empty(), Optional.empty());
    }

    /**
     * Clients are asked for a certificate, and one that is shown has to be valid.
     *
     * @param required whether one has to be shown
     * @param authorities PEM certificates of the authorities that sign them
     */
    public record ClientAuth(boolean required, String authorities) {}

    /** A TLS protocol version. */
    public enum TlsVersion {
        TLS_1_2,
        TLS_1_3
    }
}
