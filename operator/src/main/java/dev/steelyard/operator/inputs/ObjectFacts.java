package dev.steelyard.operator.inputs;

import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.address.IpAddress;
import dev.steelyard.operator.certificate.OcspCheck;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.Inputs.NodeFacts;
import dev.steelyard.operator.resolve.Inputs.SecretFacts;
import dev.steelyard.operator.resolve.Inputs.ServiceFacts;
import dev.steelyard.operator.resolve.Inputs.ServicePort;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What matters of single Kubernetes objects. */
public final class ObjectFacts {

    private ObjectFacts() {}

    /** The name; an object of a file that names no namespace is in {@code default}. */
    public static ObjectKey key(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        return new ObjectKey(orElse(metadata.getNamespace(), "default"), metadata.getName());
    }

    /** The state of a custom resource. */
    public static <S> Declared<S> declared(HasMetadata object, S spec) {
        ObjectMeta metadata = object.getMetadata();
        return new Declared<>(
                key(object),
                metadata.getCreationTimestamp() == null
                        ? Instant.EPOCH
                        : Instant.parse(metadata.getCreationTimestamp()),
                metadata.getGeneration() == null ? 0 : metadata.getGeneration(),
                spec,
                Decoding.defect(object));
    }

    /** Of a Service. */
    public static ServiceFacts of(Service service) {
        ServiceSpec spec = service.getSpec() == null ? new ServiceSpec() : service.getSpec();
        List<ServicePort> ports = spec.getPorts().stream()
                .map(port -> new ServicePort(
                        orElse(port.getName(), ""),
                        Objects.requireNonNullElse(port.getPort(), 0),
                        orElse(port.getProtocol(), "TCP")))
                .toList();
        // A headless Service says None, which is no address.
        List<IpAddress> addresses = Stream.concat(spec.getClusterIPs().stream(), Stream.ofNullable(spec.getClusterIP()))
                .flatMap(address -> IpAddress.parse(address).stream())
                .distinct()
                .toList();
        return new ServiceFacts(key(service), "ExternalName".equals(spec.getType()), addresses, ports);
    }

    /** Of a Secret. */
    public static SecretFacts of(Secret secret) {
        return new SecretFacts(
                key(secret),
                orElse(secret.getType(), "Opaque"),
                text(secret, "tls.crt"),
                text(secret, "tls.key"),
                text(secret, "ca.crt"),
                encoded(secret, OcspCheck.KEY));
    }

    /** Of a Node. Names among its addresses are passed over. */
    public static NodeFacts of(Node node) {
        List<NodeAddress> addresses =
                node.getStatus() == null ? List.of() : node.getStatus().getAddresses();
        TreeSet<String> podCidrs = new TreeSet<>();
        if (node.getSpec() != null) {
            podCidrs.addAll(node.getSpec().getPodCIDRs());
            Optional.ofNullable(node.getSpec().getPodCIDR()).ifPresent(podCidrs::add);
        }
        return new NodeFacts(
                node.getMetadata().getName(),
                addresses.stream()
                        .flatMap(address -> IpAddress.parse(address.getAddress()).stream())
                        .toList(),
                podCidrs.stream().flatMap(block -> Cidr.parse(block).stream()).toList());
    }

    /** Octets, in Base64 without line breaks. */
    private static String encoded(Secret secret, String key) {
        Map<String, String> encoded = secret.getData();
        return encoded == null ? "" : encoded.getOrDefault(key, "").replaceAll("\\s", "");
    }

    /** {@code stringData}, which only files have, counts before {@code data}. */
    private static String text(Secret secret, String key) {
        Map<String, String> plain = secret.getStringData();
        if (plain != null && plain.containsKey(key)) {
            return plain.get(key);
        }
        Map<String, String> encoded = secret.getData();
        if (encoded == null || !encoded.containsKey(key)) {
            return "";
        }
        try {
            return new String(Base64.getMimeDecoder().decode(encoded.get(key)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
