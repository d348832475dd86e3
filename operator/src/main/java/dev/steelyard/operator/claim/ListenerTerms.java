package dev.steelyard.operator.claim;

import dev.steelyard.crds.GoDuration;
import dev.steelyard.crds.v1alpha1.service.ListenerLimitsSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.snapshot.ListenerLimits;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What virtual services that share a port have to agree on, because it counts before the host is known.
 *
 * @param protocol what is spoken
 * @param proxyProtocol whether connections begin with a PROXY protocol header
 * @param trustedProxies blocks, each in its one canonical form
 * @param limits bounds on clients
 */
public record ListenerTerms(
        ListenerSpec.Protocol protocol,
        ListenerSpec.ProxyProtocol proxyProtocol,
        SortedSet<String> trustedProxies,
        ListenerLimits limits) {

    public ListenerTerms {
        trustedProxies = Collections.unmodifiableSortedSet(new TreeSet<>(trustedProxies));
    }

    /** The terms of a listener that has been found valid. */
    public static ListenerTerms of(ListenerSpec listener) {
        TreeSet<String> trusted = new TreeSet<>();
        listener.trustedProxies().forEach(block -> trusted.add(Cidr.of(block).toString()));
        return new ListenerTerms(listener.protocol(), listener.proxyProtocol(), trusted, limits(listener.limits()));
    }

    private static ListenerLimits limits(@Nullable ListenerLimitsSpec spec) {
        ListenerLimitsSpec limits = spec == null ? ListenerLimitsSpec.DEFAULT : spec;
        return new ListenerLimits(
                limits.maxConnections(),
                GoDuration.parse(limits.maxConnectionAge()),
                GoDuration.parse(limits.headerTimeout()),
                GoDuration.parse(limits.keepAliveTimeout()),
                limits.maxHeaderBytes(),
                limits.maxRequests());
    }

    /** The field in which {@code other} differs, if it does. */
    Optional<String> difference(ListenerTerms other) {
        if (protocol != other.protocol) {
            return Optional.of("protocol");
        }
        if (proxyProtocol != other.proxyProtocol) {
            return Optional.of("proxyProtocol");
        }
        if (!trustedProxies.equals(other.trustedProxies)) {
            return Optional.of("trustedProxies");
        }
        return limits.equals(other.limits) ? Optional.empty() : Optional.of("limits");
    }
}
