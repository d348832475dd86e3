package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.pool.UpstreamTlsSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec.ClientAuth;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec.ClientAuthMode;
import dev.steelyard.operator.resolve.Inputs.SecretFacts;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The Secrets that objects in force name: a cluster may hold thousands of others, and a check costs a signature.
 *
 * @param certificates to show, with their keys
 * @param authorities to trust
 */
record SecretNames(Set<ObjectKey> certificates, Set<ObjectKey> authorities) {

    static SecretNames of(Collection<Declared<VirtualServiceSpec>> services, Collection<Declared<PoolSpec>> pools) {
        Set<ObjectKey> certificates = new TreeSet<>();
        Set<ObjectKey> authorities = new TreeSet<>();
        for (Declared<VirtualServiceSpec> service : services) {
            String namespace = service.key().namespace();
            for (ListenerSpec listener : service.spec().listeners()) {
                if (listener.tls() != null) {
                    add(authorities, namespace, caSecretName(listener.tls()));
                    listener.tls()
                            .certificates()
                            .forEach(certificate ->
                                    certificates.add(new ObjectKey(namespace, certificate.secretName())));
                }
            }
        }
        for (Declared<PoolSpec> pool : pools) {
            UpstreamTlsSpec tls = pool.spec().tls();
            if (tls != null) {
                add(certificates, pool.key().namespace(), tls.clientSecretName());
                add(authorities, pool.key().namespace(), tls.caSecretName());
            }
        }
        return new SecretNames(certificates, authorities);
    }

    /** Of the authorities that sign clients' certificates; empty if clients are not asked for any. */
    static String caSecretName(ListenerTlsSpec tls) {
        ClientAuth clientAuth = tls.clientAuth();
        return clientAuth == null || clientAuth.mode() == ClientAuthMode.NONE ? "" : clientAuth.caSecretName();
    }

    private static void add(Set<ObjectKey> names, String namespace, String name) {
        if (!name.isEmpty()) {
            names.add(new ObjectKey(namespace, name));
        }
    }

    /** Those of {@code secrets} that hold certificates to show. */
    SortedMap<ObjectKey, SecretFacts> certificates(SortedMap<ObjectKey, SecretFacts> secrets) {
        return among(certificates, secrets);
    }

    /** Those of {@code secrets} that hold authorities. */
    SortedMap<ObjectKey, SecretFacts> authorities(SortedMap<ObjectKey, SecretFacts> secrets) {
        return among(authorities, secrets);
    }

    private static SortedMap<ObjectKey, SecretFacts> among(
            Set<ObjectKey> names, SortedMap<ObjectKey, SecretFacts> secrets) {
        SortedMap<ObjectKey, SecretFacts> found = new TreeMap<>();
        for (ObjectKey name : names) {
            SecretFacts secret = secrets.get(name);
            if (secret != null) {
                found.put(name, secret);
            }
        }
        return found;
    }

    /** What is in force, with the content of Secrets for the next time that one of them is broken. */
    static LastGood lastGood(
            SortedMap<ObjectKey, Declared<VirtualServiceSpec>> services,
            SortedMap<ObjectKey, Declared<PoolSpec>> pools,
            SortedMap<ObjectKey, Declared<PolicySpec>> policies,
            Collection<ServiceModel> models,
            Collection<PoolModel> poolModels) {
        TreeMap<ObjectKey, Certificate> certificates = new TreeMap<>();
        TreeMap<ObjectKey, String> authorities = new TreeMap<>();
        for (ServiceModel model : models) {
            model.certificates()
                    .forEach((name, one) ->
                            certificates.put(new ObjectKey(model.key().namespace(), name), one));
            model.authorities()
                    .forEach((name, pem) ->
                            authorities.put(new ObjectKey(model.key().namespace(), name), pem));
        }
        for (PoolModel pool : poolModels) {
            UpstreamTlsSpec tls = pool.declared().spec().tls();
            if (tls == null || pool.tls().isEmpty()) {
                continue;
            }
            String namespace = pool.declared().key().namespace();
            pool.tls()
                    .get()
                    .clientCertificate()
                    .ifPresent(one -> certificates.put(new ObjectKey(namespace, tls.clientSecretName()), one));
            if (!tls.caSecretName().isEmpty()) {
                authorities.put(
                        new ObjectKey(namespace, tls.caSecretName()),
                        pool.tls().get().authorities());
            }
        }
        return new LastGood(services, pools, policies, certificates, authorities);
    }
}
