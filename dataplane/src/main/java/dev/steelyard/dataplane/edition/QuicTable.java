package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.tls.QuicServerTls;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.ssl.SslContext;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of one HTTP/3 socket, merged from the virtual services that share it. Immutable.
 *
 * <p>A host that is not served here may be on the TCP port of the same number: clients whose connection's certificate covers it are told to go
 * there, by 421, rather than that there is no such route.
 */
final class QuicTable implements TlsPlan, QuicPlan {

    private final HostIndex<ServerTls> byHost;
    private final ServerTls fallback;
    private final @Nullable QuicSslContext context;

    /**
     * @param byHost the settings of each virtual service under its hosts
     * @param all the settings of all of them; the first one's are shown to clients that ask for no name or an unknown one
     */
    QuicTable(HostIndex<ServerTls> byHost, List<ServerTls> all) {
        this.byHost = byHost;
        this.fallback = all.getFirst();
        QuicServerTls first = fallback.sharedFor("").quic();
        this.context = first == null ? null : first.before(name -> contextOf(lowerCase(name)));
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private @Nullable QuicSslContext contextOf(String name) {
        QuicServerTls found = quic(name);
        return found == null ? null : found.context();
    }

    private @Nullable QuicServerTls quic(String name) {
        return settingsFor(name).sharedFor(name).quic();
    }

    @Override
    public QuicSslContext context() {
        if (context == null) {
            throw new IllegalStateException("QUIC is not to be had here");
        }
        return context;
    }

    @Override
    public void verify(String serverName, SSLEngine engine) throws CertificateException {
        QuicServerTls settings = quic(serverName);
        if (settings != null) {
            settings.verify(engine);
        }
    }

    @Override
    public SslContext contextFor(String serverName) {
        return settingsFor(serverName).contextFor(serverName);
    }

    @Override
    public boolean covers(String serverName, String host) {
        ServerTls asked = byHost.find(host);
        return asked != null
                && (serverName.equals(host) || settingsFor(serverName).equals(asked));
    }

    private ServerTls settingsFor(String name) {
        ServerTls found = byHost.find(name);
        return found == null ? fallback : found;
    }
}
