package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.tls.TlsContexts.Shared;
import dev.steelyard.snapshot.ListenerTls.TlsVersion;
import io.netty.handler.ssl.SslContext;
import java.util.List;

/**
 * The TLS settings of one listener of a virtual service.
 *
 * @param contexts one for each certificate, the default first; never empty
 */
record ServerTls(List<Shared> contexts, TlsVersion minVersion) {

    ServerTls {
        contexts = List.copyOf(contexts);
    }

    /** What {@link #sharedFor} the name has. */
    SslContext contextFor(String serverName) {
        return sharedFor(serverName).context();
    }

    /** The first whose certificate has the name, else the first whose wildcard covers it, else the default. */
    Shared sharedFor(String serverName) {
        for (Shared shared : contexts) {
            if (shared.hasExactly(serverName)) {
                return shared;
            }
        }
        for (Shared shared : contexts) {
            if (shared.hasByWildcard(serverName)) {
                return shared;
            }
        }
        return contexts.getFirst();
    }
}
