package dev.steelyard.dataplane.tls;

import dev.steelyard.snapshot.UpstreamTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS towards the endpoints of one pool: whom to believe, what to show, which name to ask for. Immutable, compared by identity; for all
 * threads.
 *
 * <p>Sessions are kept by endpoint and resumed, so that a second connection costs no signature and no look at a certificate: with other
 * authorities or another certificate there is another object, and no session outlives it.
 *
 * <p>BoringSSL's side of it lives until this object and the last connection made with it are gone.
 */
public final class ClientTls {

    private static final Cleaner CLEANER = Cleaner.create();

    private final SslContext context;
    private final String serverName;

    private ClientTls(SslContext context, String serverName) {
        this.context = context;
        this.serverName = serverName;
        CLEANER.register(this, () -> ReferenceCountUtil.release(context));
    }

    /**
     * As defined.
     *
     * @param applicationProtocols offered by ALPN (RFC 7301), the preferred first; empty: none are
     * @throws IllegalArgumentException if it cannot be used; the message is for the user
     */
    public static ClientTls of(UpstreamTls definition, List<String> applicationProtocols) {
        return of(definition, applicationProtocols, TlsContexts.preferred());
    }

    /** Believes whatever is shown. */
    public static ClientTls unverified() {
        return of(new UpstreamTls("", Optional.empty(), "", false), List.of());
    }

    static ClientTls of(UpstreamTls definition, List<String> applicationProtocols, SslProvider provider) {
        X509ExtendedTrustManager trust = Anybody.INSTANCE;
        if (definition.verify()) {
            trust = definition.authorities().isEmpty()
                    ? Authorities.ofTheSystem()
                    : Authorities.trusting(Authorities.read(definition.authorities()));
        }
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(provider)
                .protocols("TLSv1.3", "TLSv1.2")
                .trustManager(trust)
                .endpointIdentificationAlgorithm(definition.verify() ? "HTTPS" : null)
                .applicationProtocolConfig(alpn(applicationProtocols));
        definition
                .clientCertificate()
                .ifPresent(certificate -> builder.keyManager(SingleKey.factory(KeyMaterial.read(certificate))));
        try {
            return new ClientTls(builder.build(), definition.serverName());
        } catch (SSLException e) {
            throw new IllegalArgumentException("not usable for TLS with endpoints: " + e.getMessage(), e);
        }
    }

    /**
     * What encrypts one connection; to be put first into its pipeline. It shakes hands as soon as the connection is up.
     *
     * @param host name by which the endpoint is known, or its address: asked for and verified if the definition gives no other
     * @param endpoint tells endpoints apart, for which sessions are kept
     * @param timeoutMillis for the handshake; 0: no limit
     */
    public SslHandler handler(ByteBufAllocator allocator, String host, int endpoint, long timeoutMillis) {
        return handlerFor(allocator, serverName.isEmpty() ? host : serverName, endpoint, timeoutMillis);
    }

    /** The same, asking for {@code name} whatever the definition says. */
    public SslHandler handlerFor(ByteBufAllocator allocator, String name, int endpoint, long timeoutMillis) {
        // The port has no part in the handshake. It is what sessions are looked up by beside the name, which all
        // endpoints may share.
        SslHandler handler = context.newHandler(allocator, name, endpoint & Integer.MAX_VALUE);
        handler.setHandshakeTimeoutMillis(timeoutMillis);
        return handler;
    }

    private static ApplicationProtocolConfig alpn(List<String> protocols) {
        return protocols.isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols);
    }
}
