package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.snapshot.Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One pool with what it refers to.
 *
 * @param declared the spec in force: the current one, or the last good one while that is refused
 * @param portNames by index of the member: the name, in EndpointSlices, of the Service's port; members whose Service or port is missing
 *     are not in here and have no endpoints
 * @param denied blocks that its DNS names may not resolve to; empty if it has no such members
 * @param tls the Secrets of its TLS settings; absent if it has no such settings, or one of their Secrets has never been usable: then it
 *     cannot be served
 */
public record PoolModel(
        Declared<PoolSpec> declared,
        SortedMap<Integer, String> portNames,
        List<Cidr> denied,
        Optional<TlsSecrets> tls) {

    /**
     * What the Secrets of a pool's TLS settings hold.
     *
     * @param authorities PEM; empty: those of the system
     */
    public record TlsSecrets(String authorities, Optional<Certificate> clientCertificate) {}

    /** Whether it has all that it cannot do without. */
    public boolean complete() {
        return declared.spec().tls() == null || tls.isPresent();
    }

    public PoolModel {
        portNames = Collections.unmodifiableSortedMap(new TreeMap<>(portNames));
        denied = List.copyOf(denied);
    }
}
