package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PoolSpec.PoolProtocol;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec.Protocol;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec;
import dev.steelyard.crds.v1alpha1.service.RouteSpec;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds the pools, policies and certificates that a virtual service names. */
final class ServiceReferences {

    private final Set<ObjectKey> declaredPools;
    private final Set<ObjectKey> declaredPolicies;
    private final SortedMap<ObjectKey, PoolModel> pools;
    private final SortedMap<ObjectKey, Declared<PolicySpec>> policies;
    private final Certificates certificates;

    /**
     * @param declared the objects that exist
     * @param pools those in force
     * @param policies those in force
     */
    ServiceReferences(
            Inputs declared,
            SortedMap<ObjectKey, PoolModel> pools,
            SortedMap<ObjectKey, Declared<PolicySpec>> policies,
            Certificates certificates) {
        this.declaredPools = declared.pools().keySet();
        this.declaredPolicies = declared.policies().keySet();
        this.pools = pools;
        this.policies = policies;
        this.certificates = certificates;
    }

    ServiceModel resolve(Declared<VirtualServiceSpec> service, Findings findings) {
        return new Resolving(service, findings).resolve();
    }

    private final class Resolving {

        private final Declared<VirtualServiceSpec> service;
        private final Findings findings;
        private final String namespace;
        private final TreeMap<String, PoolModel> usedPools = new TreeMap<>();
        private final TreeMap<String, Declared<PolicySpec>> usedPolicies = new TreeMap<>();
        private final TreeMap<String, Certificate> usedCertificates = new TreeMap<>();
        private final TreeMap<String, String> usedAuthorities = new TreeMap<>();

        Resolving(Declared<VirtualServiceSpec> service, Findings findings) {
            this.service = service;
            this.findings = findings;
            this.namespace = service.key().namespace();
        }

        ServiceModel resolve() {
            VirtualServiceSpec spec = service.spec();
            policies(spec.policies(), "spec.policies");
            for (int i = 0; i < spec.routes().size(); i++) {
                RouteSpec route = spec.routes().get(i);
                for (int j = 0; j < route.pools().size(); j++) {
                    pool(
                            route.pools().get(j).name(),
                            PoolProtocol.HTTP1,
                            "spec.routes[" + i + "].pools[" + j + "].name");
                }
                policies(route.policies(), "spec.routes[" + i + "].policies");
            }
            if (spec.pool() != null) {
                if (any(Protocol.TCP) || any(Protocol.TLS)) {
                    pool(spec.pool(), PoolProtocol.TCP, "spec.pool");
                }
                if (any(Protocol.UDP)) {
                    pool(spec.pool(), PoolProtocol.UDP, "spec.pool");
                }
                if (any(Protocol.HTTP) || any(Protocol.HTTPS)) {
                    pool(spec.pool(), PoolProtocol.HTTP1, "spec.pool");
                }
            }
            for (int i = 0; i < spec.listeners().size(); i++) {
                ListenerSpec listener = spec.listeners().get(i);
                if (listener.tls() != null) {
                    certificates(listener.tls(), "spec.listeners[" + i + "].tls.certificates");
                    authorities(listener.tls(), "spec.listeners[" + i + "].tls.clientAuth");
                }
            }
            return new ServiceModel(service, usedPools, usedPolicies, usedCertificates, usedAuthorities);
        }

        private boolean any(Protocol protocol) {
            return service.spec().listeners().stream().anyMatch(listener -> listener.protocol() == protocol);
        }

        private void pool(String name, PoolProtocol needed, String field) {
            ObjectKey key = new ObjectKey(namespace, name);
            PoolModel pool = pools.get(key);
            if (pool == null) {
                missing(
                        "Pool",
                        key,
                        declaredPools,
                        field,
                        switch (needed) {
                            case TCP -> "until then connections are closed";
                            case UDP -> "until then datagrams are dropped";
                            default -> "until then its requests are answered 503";
                        });
                return;
            }
            if (!ServiceModel.serves(pool.declared().spec().protocol(), needed)) {
                findings.unresolved(
                        field,
                        Reason.INVALID_REF,
                        "Pool " + name + " speaks " + pool.declared().spec().protocol() + ", but "
                                + switch (needed) {
                                    case TCP -> "TCP and TLS listeners need";
                                    case UDP -> "UDP listeners need";
                                    default -> "HTTP requests need";
                                }
                                + " a pool with protocol "
                                + (needed == PoolProtocol.HTTP1 ? "HTTP1, HTTP2 or FastCGI" : needed));
            }
            usedPools.put(name, pool);
        }

        private void policies(List<String> names, String field) {
            for (int i = 0; i < names.size(); i++) {
                ObjectKey key = new ObjectKey(namespace, names.get(i));
                Declared<PolicySpec> policy = policies.get(key);
                if (policy == null) {
                    missing(
                            "Policy",
                            key,
                            declaredPolicies,
                            field + "[" + i + "]",
                            "until then what it would apply to is not served (503)");
                } else {
                    usedPolicies.put(key.name(), policy);
                    if (policy.spec().mirror() != null) {
                        mirror(policy.spec().mirror().pool(), field + "[" + i + "]");
                    }
                }
            }
        }

        /** Copies that go nowhere hurt no client. */
        private void mirror(String pool, String field) {
            PoolModel found = pools.get(new ObjectKey(namespace, pool));
            if (found != null && ServiceModel.serves(found.declared().spec().protocol(), PoolProtocol.HTTP1)) {
                usedPools.put(pool, found);
                return;
            }
            findings.warning(
                    field,
                    Reason.INVALID_REF,
                    "its mirror names Pool " + pool + ", "
                            + (found == null
                                    ? "which does not exist or is not valid"
                                    : "which speaks " + found.declared().spec().protocol()
                                            + " and not HTTP1, HTTP2 or FastCGI")
                            + ": nothing is mirrored until then");
        }

        private void missing(String kind, ObjectKey key, Set<ObjectKey> declared, String field, String consequence) {
            if (declared.contains(key)) {
                findings.unresolved(
                        field,
                        Reason.INVALID_REF,
                        kind + " " + key.name() + " is not accepted, see its conditions; " + consequence);
            } else {
                findings.unresolved(
                        field,
                        Reason.REF_NOT_FOUND,
                        kind + " " + key.name() + " does not exist in namespace " + key.namespace()
                                + ": create it or correct the name; " + consequence);
            }
        }

        private void authorities(ListenerTlsSpec tls, String field) {
            String name = SecretNames.caSecretName(tls);
            if (name.isEmpty()) {
                return;
            }
            String found = certificates.authorities(new ObjectKey(namespace, name), field + ".caSecretName", findings);
            if (found == null) {
                findings.unresolved(
                        field,
                        Reason.INVALID_CERTIFICATE,
                        "without authorities nobody can be let in: this listener is not served");
            } else {
                usedAuthorities.put(name, found);
            }
        }

        private void certificates(ListenerTlsSpec tls, String field) {
            boolean any = false;
            for (int i = 0; i < tls.certificates().size(); i++) {
                String name = tls.certificates().get(i).secretName();
                Certificate found =
                        certificates.shown(new ObjectKey(namespace, name), field + "[" + i + "].secretName", findings);
                if (found != null) {
                    usedCertificates.put(name, found);
                    any = true;
                }
            }
            if (!any) {
                findings.unresolved(
                        field, Reason.INVALID_CERTIFICATE, "no usable certificate: this listener is not served");
            }
        }
    }
}
