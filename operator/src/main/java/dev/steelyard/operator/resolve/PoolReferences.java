package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.pool.MemberSpec;
import dev.steelyard.crds.v1alpha1.pool.UpstreamTlsSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.operator.resolve.Inputs.ServiceFacts;
import dev.steelyard.operator.resolve.Inputs.ServicePort;
import dev.steelyard.operator.resolve.PoolModel.TlsSecrets;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the Services, and their ports, that members of a pool name, and the Secrets of its TLS settings. */
final class PoolReferences {

    private final Map<ObjectKey, ServiceFacts> services;
    private final List<Cidr> denied;
    private final Certificates certificates;

    /** @param denied blocks that DNS names of members may not resolve to */
    PoolReferences(Map<ObjectKey, ServiceFacts> services, List<Cidr> denied, Certificates certificates) {
        this.services = services;
        this.denied = denied;
        this.certificates = certificates;
    }

    PoolModel resolve(Declared<PoolSpec> pool, Findings findings) {
        TreeMap<Integer, String> portNames = new TreeMap<>();
        List<MemberSpec> members = pool.spec().members();
        boolean named = false;
        for (int i = 0; i < members.size(); i++) {
            MemberSpec.ServiceRef ref = members.get(i).service();
            if (ref != null) {
                int index = i;
                portName(ref, pool, "spec.members[" + i + "].service", findings)
                        .ifPresent(name -> portNames.put(index, name));
            }
            named |= members.get(i).host() != null;
        }
        return new PoolModel(pool, portNames, named ? denied : List.of(), tls(pool, findings));
    }

    private Optional<TlsSecrets> tls(Declared<PoolSpec> pool, Findings findings) {
        UpstreamTlsSpec tls = pool.spec().tls();
        if (tls == null) {
            return Optional.empty();
        }
        String authorities = tls.caSecretName().isEmpty()
                ? ""
                : certificates.authorities(
                        new ObjectKey(pool.key().namespace(), tls.caSecretName()), "spec.tls.caSecretName", findings);
        Certificate client = tls.clientSecretName().isEmpty()
                ? null
                : certificates.find(
                        new ObjectKey(pool.key().namespace(), tls.clientSecretName()),
                        "spec.tls.clientSecretName",
                        findings);
        if (authorities == null || (client == null && !tls.clientSecretName().isEmpty())) {
            findings.unresolved(
                    "spec.tls",
                    Reason.INVALID_CERTIFICATE,
                    "a Secret that it needs has never been usable: until then requests are answered 503, connections closed");
            return Optional.empty();
        }
        return Optional.of(new TlsSecrets(authorities, Optional.ofNullable(client)));
    }

    private Optional<String> portName(
            MemberSpec.ServiceRef ref, Declared<PoolSpec> pool, String field, Findings findings) {
        String namespace = pool.key().namespace();
        String transport = pool.spec().protocol() == PoolSpec.PoolProtocol.UDP ? "UDP" : "TCP";
        ServiceFacts service = services.get(new ObjectKey(namespace, ref.name()));
        if (service == null) {
            findings.unresolved(
                    field + ".name",
                    Reason.REF_NOT_FOUND,
                    "Service " + ref.name() + " does not exist in namespace " + namespace
                            + ": create it or correct the name");
            return Optional.empty();
        }
        if (service.external()) {
            findings.unresolved(
                    field + ".name",
                    Reason.INVALID_REF,
                    "Service " + ref.name() + " is of type ExternalName and has no endpoints:"
                            + " use a member with host and port");
            return Optional.empty();
        }
        List<ServicePort> ports = service.ports().stream()
                .filter(port -> port.protocol().equals(transport))
                .toList();
        List<ServicePort> found =
                ports.stream().filter(port -> matches(ref.port(), port)).toList();
        if (found.size() == 1) {
            return Optional.of(found.getFirst().name());
        }
        String known = ports.stream()
                .map(port -> port.name().isEmpty() ? "" + port.port() : port.name() + " (" + port.port() + ")")
                .collect(Collectors.joining(", "));
        if (found.isEmpty()) {
            findings.unresolved(
                    field + ".port",
                    Reason.REF_NOT_FOUND,
                    "Service " + ref.name() + " has no " + transport + " port"
                            + (ref.port() == null ? "" : " " + text(ref.port()))
                            + (known.isEmpty() ? "" : "; it has " + known));
        } else {
            findings.unresolved(
                    field + ".port",
                    Reason.INVALID_REF,
                    "Service " + ref.name() + " has several " + transport + " ports: name one of " + known);
        }
        return Optional.empty();
    }

    private static boolean matches(@Nullable IntOrString wanted, ServicePort port) {
        return wanted == null
                || (wanted.getIntVal() != null
                        ? wanted.getIntVal() == port.port()
                        : port.name().equals(wanted.getStrVal()));
    }

    private static String text(IntOrString port) {
        return String.valueOf(port.getValue());
    }
}
