package dev.steelyard.dataplane.tls;

import dev.steelyard.snapshot.ListenerTls.ClientAuth;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.util.Mapping;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS within QUIC towards clients (RFC 9001), with one key pair or two side by side: version 1.3, no early data. Immutable; for all threads.
 *
 * <p>QUIC brings a BoringSSL of its own, whose contexts are freed by the garbage collector.
 */
public final class QuicServerTls {

    /** What is spoken within (RFC 9114 section 3.1). */
    public static final String HTTP3 = "h3";

    private final OfferedKeys keys;
    private final Optional<ClientAuth> clientAuth;
    private final @Nullable X509ExtendedTrustManager trust;
    private final QuicSslContext context;

    QuicServerTls(List<KeyMaterial> material, Optional<ClientAuth> clientAuth) {
        this.keys = new OfferedKeys(material);
        this.clientAuth = clientAuth;
        this.trust = clientAuth
                .map(wanted -> ClientTrust.in(Authorities.read(wanted.authorities())))
                .orElse(null);
        this.context = builder().build();
    }

    private QuicSslContextBuilder builder() {
        return QuicSslContextBuilder.forServer(keys, null)
                .trustManager(trust == null ? NoClients.INSTANCE : trust)
                .clientAuth(clientAuth
                        .map(wanted -> wanted.required()
                                ? io.netty.handler.ssl.ClientAuth.REQUIRE
                                : io.netty.handler.ssl.ClientAuth.OPTIONAL)
                        .orElse(io.netty.handler.ssl.ClientAuth.NONE))
                .applicationProtocols(HTTP3);
    }

    /** For clients that have asked for one of its names. */
    public QuicSslContext context() {
        return context;
    }

    /** What connections begin with: for clients that ask for a name, {@code byName} says what goes on; for the others, this does. */
    public QuicSslContext before(Mapping<String, QuicSslContext> byName) {
        return builder()
                .sni((@Nullable String name) -> byName.map(name == null ? "" : name))
                .build();
    }

    /**
     * Looks once more at the certificate of a client whose handshake is done.
     *
     * @throws CertificateException if it has none and needs one, or one that is not believed here
     */
    public void verify(SSLEngine engine) throws CertificateException {
        if (clientAuth.isEmpty() || trust == null) {
            return;
        }
        try {
            Certificate[] shown = engine.getSession().getPeerCertificates();
            X509Certificate[] chain = new X509Certificate[shown.length];
            for (int i = 0; i < shown.length; i++) {
                chain[i] = (X509Certificate) shown[i];
            }
            trust.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        } catch (SSLPeerUnverifiedException e) {
            if (clientAuth.get().required()) {
                throw new CertificateException("the client has shown no certificate", e);
            }
        }
    }
}
