package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.tls.TlsContexts.Shared;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The certificates of one HTTPS socket, merged from the virtual services that share it. Immutable. */
final class SniTable implements TlsPlan {

    private final HostIndex<ServerTls> byHost;
    private final ServerTls fallback;
    private final Set<SslContext> contexts;

    /**
     * @param byHost the settings of each virtual service under its hosts
     * @param all the settings of all of them; the first one's are shown to clients that ask for no name or an unknown one
     */
    SniTable(HostIndex<ServerTls> byHost, List<ServerTls> all) {
        this.byHost = byHost;
        this.fallback = all.getFirst();
        this.contexts = all.stream()
                .flatMap(tls -> tls.contexts().stream())
                .map(Shared::contexts)
                .flatMap(List::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public SslContext contextFor(String serverName) {
        return settingsFor(serverName).contextFor(serverName);
    }

    @Override
    public boolean covers(String serverName, String host) {
        return serverName.equals(host) || settingsFor(serverName).equals(settingsFor(host));
    }

    @Override
    public void retain() {
        contexts.forEach(ReferenceCountUtil::retain);
    }

    @Override
    public void release() {
        contexts.forEach(ReferenceCountUtil::release);
    }

    private ServerTls settingsFor(String name) {
        ServerTls found = byHost.find(name);
        return found == null ? fallback : found;
    }
}
