package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.edition.Claim.Service.OfAll;
import dev.steelyard.dataplane.edition.Claim.Service.OfHosts;
import dev.steelyard.dataplane.edition.Claim.Service.OfHttp3;
import dev.steelyard.dataplane.edition.Claim.Service.OfNames;
import dev.steelyard.snapshot.ListenerTls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One socket while the claims on it are gathered. Claims that share it speak the same protocol, for different hosts. */
final class SharedSocket {

    private final List<Claim> claims = new ArrayList<>();
    private final Map<String, Claim> byHost = new HashMap<>();

    /**
     * Why a claim cannot join those that are here, for the user.
     *
     * @return null if it can
     */
    @Nullable
    String conflict(Claim claim) {
        if (claims.isEmpty()) {
            return null;
        }
        Claim first = claims.getFirst();
        String shared = claim.key() + " is shared with " + first.owner().virtualService();
        if (first.listener().protocol() != claim.listener().protocol()) {
            return shared + ", which speaks " + first.listener().protocol() + " there";
        }
        if (claim.service().claimedHosts().isEmpty()) {
            return claim.key() + " is taken by " + first.owner().virtualService();
        }
        if (!first.listener().limits().equals(claim.listener().limits())) {
            return shared + ", whose limits differ";
        }
        if (!first.listener().trustedProxies().equals(claim.listener().trustedProxies())) {
            return shared + ", whose trustedProxies differ";
        }
        if (first.listener().proxyProtocol() != claim.listener().proxyProtocol()) {
            return shared + ", whose proxyProtocol differs";
        }
        for (String host : claim.service().claimedHosts()) {
            Claim holder = byHost.get(host);
            if (holder != null) {
                return "host " + host + " on " + claim.key() + " is served by "
                        + holder.owner().virtualService();
            }
        }
        return null;
    }

    /** Adds a claim without {@link #conflict}. */
    void add(Claim claim) {
        claims.add(claim);
        claim.service().claimedHosts().forEach(host -> byHost.put(host, claim));
    }

    /** The claims, in the order in which they came. */
    List<Claim> claims() {
        return List.copyOf(claims);
    }

    /**
     * What the socket does for all of them.
     *
     * @param ordered the claims; the first one's certificate is shown to TLS clients that ask for no name
     * @param open to look at as requests come
     */
    ListenerPlan plan(List<Claim> ordered, OpenPorts open) {
        Claim first = ordered.getFirst();
        return switch (first.service()) {
            case OfAll all -> all.plan();
            case OfNames names ->
                new ListenerPlan.Tls(
                        first.listener().limits(),
                        ordered.stream().map(Claim::owner).toList(),
                        new NameTable(index(claim -> claim.service() instanceof OfNames named ? named.target() : null)),
                        CidrSet.of(first.listener().trustedProxies()),
                        first.listener().proxyProtocol());
            case OfHttp3 http3 -> {
                QuicTable quic = quic(ordered);
                yield new ListenerPlan.Quic(
                        new ListenerPlan.Http(
                                first.listener().limits(),
                                ordered.stream().map(Claim::owner).toList(),
                                http3.trustedProxies(),
                                quic,
                                new HostTable(index(
                                        claim -> claim.service() instanceof OfHttp3 served ? served.routes() : null)),
                                log(ordered),
                                false,
                                alternative(ordered, open)),
                        quic);
            }
            case OfHosts hosts ->
                new ListenerPlan.Http(
                        first.listener().limits(),
                        ordered.stream().map(Claim::owner).toList(),
                        hosts.trustedProxies(),
                        hosts.tls() == null ? null : certificates(ordered),
                        new HostTable(
                                index(claim -> claim.service() instanceof OfHosts served ? served.routes() : null)),
                        log(ordered),
                        first.listener().proxyProtocol(),
                        alternative(ordered, open));
        };
    }

    private static AccessLog log(List<Claim> ordered) {
        return ordered.stream()
                .map(claim -> AccessLog.of(claim.listener().accessLog()))
                .filter(AccessLog::on)
                .findFirst()
                .orElse(AccessLog.OFF);
    }

    private TlsPlan certificates(List<Claim> ordered) {
        List<ServerTls> all = new ArrayList<>();
        for (Claim claim : ordered) {
            if (claim.service() instanceof OfHosts served && served.tls() != null) {
                all.add(served.tls());
            }
        }
        return new SniTable(index(claim -> claim.service() instanceof OfHosts served ? served.tls() : null), all);
    }

    private @Nullable AlternativeService alternative(List<Claim> ordered, OpenPorts open) {
        if (ordered.stream().allMatch(claim -> http3(claim).isEmpty())) {
            return null;
        }
        ListenerKey key = ordered.getFirst().key();
        return new AlternativeService(
                index(claim -> http3(claim).orElse(null)), new ListenerKey(key.address(), key.port(), true), open);
    }

    private static Optional<Boolean> http3(Claim claim) {
        return claim.listener().tls().flatMap(ListenerTls::http3);
    }

    private QuicTable quic(List<Claim> ordered) {
        List<ServerTls> all = new ArrayList<>();
        for (Claim claim : ordered) {
            if (claim.service() instanceof OfHttp3 served) {
                all.add(served.tls());
            }
        }
        return new QuicTable(index(claim -> claim.service() instanceof OfHttp3 served ? served.tls() : null), all);
    }

    private interface Part<T> {
        @Nullable
        T of(Claim claim);
    }

    private <T> HostIndex<T> index(Part<T> part) {
        Map<String, T> exact = new HashMap<>();
        Map<String, T> wildcard = new HashMap<>();
        T any = null;
        for (Map.Entry<String, Claim> entry : byHost.entrySet()) {
            T value = part.of(entry.getValue());
            if (value == null) {
                continue;
            }
            String host = entry.getKey();
            if (host.equals(Claim.Service.EVERY_HOST)) {
                any = value;
            } else if (host.startsWith("*.")) {
                wildcard.put(host.substring(1), value);
            } else {
                exact.put(host, value);
            }
        }
        return new HostIndex<>(exact, wildcard, any);
    }
}
