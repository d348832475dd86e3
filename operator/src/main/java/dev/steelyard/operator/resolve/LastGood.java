package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was last in force: the specs to fall back on while newer ones are refused, and the claims of the incumbents, which are those
 * of the virtual services in here. One resolution's is the next one's input.
 *
 * @param virtualServices accepted specs
 * @param pools accepted specs
 * @param policies accepted specs
 * @param certificates valid ones, by Secret
 * @param authorities those of Secrets with certificates of authorities, PEM, by Secret
 */
public record LastGood(
        SortedMap<ObjectKey, Declared<VirtualServiceSpec>> virtualServices,
        SortedMap<ObjectKey, Declared<PoolSpec>> pools,
        SortedMap<ObjectKey, Declared<PolicySpec>> policies,
        SortedMap<ObjectKey, Certificate> certificates,
        SortedMap<ObjectKey, String> authorities) {

    /** Nothing was in force. */
    public static final LastGood NONE = new LastGood(
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap());

    public LastGood {
        virtualServices = Collections.unmodifiableSortedMap(new TreeMap<>(virtualServices));
        pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
        policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
        certificates = Collections.unmodifiableSortedMap(new TreeMap<>(certificates));
        authorities = Collections.unmodifiableSortedMap(new TreeMap<>(authorities));
    }

    /** All of several, such as one stored with each virtual service; of an object in two of them, the newer state. */
    public static LastGood union(Collection<LastGood> parts) {
        TreeMap<ObjectKey, Declared<VirtualServiceSpec>> virtualServices = new TreeMap<>();
        TreeMap<ObjectKey, Declared<PoolSpec>> pools = new TreeMap<>();
        TreeMap<ObjectKey, Declared<PolicySpec>> policies = new TreeMap<>();
        TreeMap<ObjectKey, Certificate> certificates = new TreeMap<>();
        TreeMap<ObjectKey, String> authorities = new TreeMap<>();
        for (LastGood part : parts) {
            part.virtualServices.forEach((key, one) -> virtualServices.merge(key, one, LastGood::newer));
            part.pools.forEach((key, one) -> pools.merge(key, one, LastGood::newer));
            part.policies.forEach((key, one) -> policies.merge(key, one, LastGood::newer));
            certificates.putAll(part.certificates);
            authorities.putAll(part.authorities);
        }
        return new LastGood(virtualServices, pools, policies, certificates, authorities);
    }

    private static <S> Declared<S> newer(Declared<S> one, Declared<S> other) {
        int age = one.created().compareTo(other.created());
        return age > 0 || (age == 0 && one.generation() >= other.generation()) ? one : other;
    }
}
