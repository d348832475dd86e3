package dev.steelyard.dataplane.tls;

import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ListenerTls.ClientAuth;
import dev.steelyard.snapshot.ListenerTls.TlsVersion;
import dev.steelyard.snapshot.OcspStaple;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS contexts of this node: one for each key pair and setting, however many virtual services use it. BoringSSL where it is to be
 * had, else the JDK's. Control thread only.
 *
 * <p>BoringSSL's contexts live outside the heap and are counted: one count is held here for as long as a virtual service uses the
 * context, one by each listener that shows it, one by each connection.
 */
public final class TlsContexts {

    private static final ApplicationProtocolConfig HTTP1 = offering(ApplicationProtocolNames.HTTP_1_1);
    private static final ApplicationProtocolConfig HTTP2 =
            offering(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);

    /** Forward secret and authenticated, all of them: Mozilla's intermediate list without finite-field Diffie-Hellman. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Map<Id, Used> contexts = new HashMap<>();
    /** Asked when the first context is built: finding out loads the library. */
    private final Supplier<SslProvider> provider;

    private final InstantSource clock;
    private TicketKeys ticketKeys = TicketKeys.random();

    /** Uses BoringSSL if it can be loaded. */
    public TlsContexts() {
        this(TlsContexts::preferred, InstantSource.system());
    }

    static SslProvider preferred() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    private TlsContexts(Supplier<SslProvider> provider, InstantSource clock) {
        this.provider = provider;
        this.clock = clock;
    }

    /** Uses that one. */
    public static TlsContexts of(SslProvider provider) {
        return new TlsContexts(() -> provider, InstantSource.system());
    }

    private static ApplicationProtocolConfig offering(String... protocols) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    private record Id(
            String chain,
            String privateKey,
            Optional<OcspStaple> staple,
            Optional<Certificate> companion,
            TlsVersion minVersion,
            Optional<ClientAuth> clientAuth,
            boolean http2,
            boolean http3) {

        /**
         * Sessions are resumed under equal settings alone: neither does one begun without a certificate pass where one is required, nor one
         * of other authorities (RFC 8446 section 4.6.1, RFC 6066 section 3). Equal on all nodes.
         */
        byte[] sessionContext() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update((chain + companion.map(Certificate::chain) + minVersion + clientAuth + http2)
                        .getBytes(StandardCharsets.UTF_8));
                return digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class Used {

        final Shared shared;
        int users;

        Used(Shared shared) {
            this.shared = shared;
        }
    }

    /** A context in use. */
    public static final class Shared {

        private final Id id;
        private final CertificateNames names;
        private final SslContext context;
        private final Instant until;
        private final @Nullable QuicServerTls quic;
        private final InstantSource clock;
        private final @Nullable SslContext stapling;
        private final Instant stapledUntil;

        private Shared(
                Id id,
                KeyMaterial material,
                SslContext context,
                @Nullable SslContext stapling,
                Instant stapledUntil,
                InstantSource clock,
                @Nullable QuicServerTls quic) {
            this.quic = quic;
            this.id = id;
            this.names = CertificateNames.of(material.chain().getFirst());
            this.context = context;
            this.stapling = stapling;
            this.stapledUntil = stapledUntil;
            this.clock = clock;
            this.until = material.chain().getFirst().getNotAfter().toInstant();
        }

        /** When its certificate expires. */
        public Instant until() {
            return until;
        }

        /** For a connection that begins now: no OCSP response is shown once it has ended. Its own count belongs to {@link TlsContexts}. */
        public SslContext context() {
            return stapling == null || !clock.instant().isBefore(stapledUntil) ? context : stapling;
        }

        /** All that {@link #context} may be. */
        public List<SslContext> contexts() {
            return stapling == null ? List.of(context) : List.of(context, stapling);
        }

        /** The same within QUIC; null where that was not asked for, or is not to be had. */
        public @Nullable QuicServerTls quic() {
            return quic;
        }

        /** Whether the certificate has that name, lower case, letter by letter. */
        public boolean hasExactly(String serverName) {
            return names.hasExactly(serverName);
        }

        /** Whether one of the certificate's wildcards covers that name, lower case. */
        public boolean hasByWildcard(String serverName) {
            return names.hasByWildcard(serverName);
        }
    }

    /**
     * The context for a key pair; each call is followed by one {@link #release}.
     *
     * @param http2 whether HTTP/2 is offered before HTTP/1.1 (ALPN, RFC 7301)
     * @throws IllegalArgumentException if the key pair is not usable; the message is for the user
     */
    public Shared acquire(Certificate certificate, TlsVersion minVersion, boolean http2) {
        return acquire(new SideBySide(certificate, Optional.empty()), minVersion, Optional.empty(), http2, false);
    }

    /** The same with perhaps another certificate beside it, perhaps asking clients for theirs, and perhaps within QUIC, too. */
    public Shared acquire(
            SideBySide shown, TlsVersion minVersion, Optional<ClientAuth> clientAuth, boolean http2, boolean http3) {
        Certificate certificate = shown.certificate();
        Id id = new Id(
                certificate.chain(),
                certificate.privateKey(),
                certificate.staple(),
                shown.companion()
                        .map(companion -> new Certificate(
                                "beside", companion.chain(), companion.privateKey(), companion.staple())),
                minVersion,
                clientAuth,
                http2,
                http3);
        Used used = contexts.get(id);
        if (used == null) {
            KeyMaterial material = KeyMaterial.read(certificate);
            used = new Used(share(certificate, material, id));
            contexts.put(id, used);
        }
        used.users++;
        return used.shared;
    }

    /** Ends one use; with the last one, the context's count held here is released. */
    public void release(Shared shared) {
        Used used = contexts.get(shared.id);
        if (used == null || used.shared != shared) {
            throw new IllegalStateException("released more often than acquired");
        }
        if (--used.users == 0) {
            contexts.remove(shared.id);
            shared.contexts().forEach(ReferenceCountUtil::release);
        }
    }

    private static @Nullable QuicServerTls quic(KeyMaterial material, Id id) {
        if (!id.http3() || !Quic.isAvailable()) {
            return null;
        }
        List<KeyMaterial> all = new ArrayList<>(List.of(material));
        id.companion().map(KeyMaterial::read).ifPresent(all::add);
        return new QuicServerTls(all, id.clientAuth());
    }

    private Shared share(Certificate certificate, KeyMaterial material, Id id) {
        SslContext context = build(certificate.name(), material, id, false);
        Optional<Instant> until = provider.get() == SslProvider.JDK || !OpenSslCredential.isAvailable()
                ? Optional.empty()
                : Stapling.until(certificate, id.companion());
        SslContext stapling = null;
        try {
            stapling = until.isPresent() ? build(certificate.name(), material, id, true) : null;
            return new Shared(id, material, context, stapling, until.orElse(Instant.MIN), clock, quic(material, id));
        } catch (RuntimeException e) {
            ReferenceCountUtil.release(context);
            throw e;
        }
    }

    /** How many contexts are in use. */
    public int size() {
        return contexts.size();
    }

    /** Encrypts session tickets with these from now on. Connections and sessions go on. */
    public void ticketKeys(TicketKeys keys) {
        if (!keys.equals(ticketKeys)) {
            ticketKeys = keys;
            contexts.values().forEach(used -> used.shared.contexts().forEach(this::encryptTickets));
        }
    }

    /** What tickets are encrypted with. */
    public TicketKeys ticketKeys() {
        return ticketKeys;
    }

    private void encryptTickets(SslContext context) {
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            sessions.setTicketKeys(ticketKeys.forBoringSsl());
        }
    }

    /** @param stapling whether OCSP responses are shown */
    private SslContext build(String name, KeyMaterial material, Id id, boolean stapling) {
        List<String> protocols = switch (id.minVersion()) {
            case TLS_1_2 -> List.of("TLSv1.3", "TLSv1.2");
            case TLS_1_3 -> List.of("TLSv1.3");
        };
        List<OpenSslCredential> credentials = new ArrayList<>();
        try {
            id.companion()
                    .ifPresent(beside -> credentials.add(Stapling.credential(
                            KeyMaterial.read(beside), stapling ? beside.staple().orElse(null) : null)));
            if (stapling && id.staple().isPresent()) {
                credentials.add(Stapling.credential(material, id.staple().get()));
            }
            SslContextBuilder builder = SslContextBuilder.forServer(SingleKey.factory(material));
            credentials.forEach(builder::addCredential);
            SslContext context = builder.trustManager(id.clientAuth()
                            .<X509ExtendedTrustManager>map(
                                    wanted -> ClientTrust.in(Authorities.read(wanted.authorities())))
                            .orElse(NoClients.INSTANCE))
                    .clientAuth(id.clientAuth()
                            .map(wanted -> wanted.required()
                                    ? io.netty.handler.ssl.ClientAuth.REQUIRE
                                    : io.netty.handler.ssl.ClientAuth.OPTIONAL)
                            .orElse(io.netty.handler.ssl.ClientAuth.NONE))
                    .sslProvider(provider.get())
                    .protocols(protocols)
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(id.http2() ? HTTP2 : HTTP1)
                    .build();
            if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
                sessions.setSessionIdContext(id.sessionContext());
            }
            encryptTickets(context);
            return context;
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("certificate " + name + ": not usable for TLS: " + e.getMessage(), e);
        } finally {
            // The context holds what it needs of it.
            credentials.forEach(ReferenceCountUtil::release);
        }
    }

    /** Whether two certificates can be shown side by side: the JDK's TLS shows the first of them alone. */
    static boolean showsSideBySide() {
        return OpenSsl.isAvailable() && OpenSslCredential.isAvailable();
    }
}
