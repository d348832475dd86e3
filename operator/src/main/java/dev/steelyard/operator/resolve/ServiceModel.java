package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PoolSpec.PoolProtocol;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One virtual service with all that it refers to: what it compiles from. Equal models compile to equal snapshots.
 *
 * @param declared the spec in force: the current one, or the last good one while that is refused
 * @param pools those it may use, by name; a name that it refers to and that is missing here answers 503
 * @param policies those that exist, by name
 * @param certificates usable ones, by name of the Secret
 * @param authorities usable ones that sign clients' certificates, PEM, by name of the Secret
 */
public record ServiceModel(
        Declared<VirtualServiceSpec> declared,
        SortedMap<String, PoolModel> pools,
        SortedMap<String, Declared<PolicySpec>> policies,
        SortedMap<String, Certificate> certificates,
        SortedMap<String, String> authorities) {

    public ServiceModel {
        pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
        policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
        certificates = Collections.unmodifiableSortedMap(new TreeMap<>(certificates));
        authorities = Collections.unmodifiableSortedMap(new TreeMap<>(authorities));
    }

    /** A pool, if it exists, is complete and speaks what is needed. */
    public Optional<PoolModel> pool(String name, PoolProtocol needed) {
        return Optional.ofNullable(pools.get(name))
                .filter(PoolModel::complete)
                .filter(pool -> serves(pool.declared().spec().protocol(), needed));
    }

    /**
     * Whether endpoints that speak {@code spoken} do where {@code needed} is asked for: requests go to whatever version of HTTP, and to FastCGI.
     *
     * @param needed {@link PoolProtocol#HTTP1} stands for requests
     */
    static boolean serves(PoolProtocol spoken, PoolProtocol needed) {
        return spoken == needed
                || (needed == PoolProtocol.HTTP1 && (spoken == PoolProtocol.HTTP2 || spoken == PoolProtocol.FAST_CGI));
    }

    /** The virtual service. */
    public ObjectKey key() {
        return declared.key();
    }
}
