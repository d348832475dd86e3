package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.DataplaneNode;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.inputs.ObjectFacts;
import dev.steelyard.operator.publish.PublishedSecret;
import dev.steelyard.operator.resolve.Inputs.NodeFacts;
import dev.steelyard.operator.resolve.Inputs.SecretFacts;
import dev.steelyard.operator.resolve.Inputs.ServiceFacts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Everything that the operator follows beside its own kinds. */
final class Watches implements AutoCloseable {

    final FactCache<Service, ServiceFacts> services;
    final FactCache<Secret, SecretFacts> certificates;
    final FactCache<Secret, SecretFacts> authorities;
    final FactCache<Node, NodeFacts> nodes;
    final FactCache<DataplaneNode, DataplaneNodeStatus> reports;
    final FactCache<Lease, LeaseFacts> leases;
    final FactCache<EndpointSlice, SliceFacts> slices;
    final FactCache<Secret, PublishedSecret> published;
    private final List<FactCache<ServiceCIDR, List<Cidr>>> serviceCidrs = new ArrayList<>();

    /** @param changed told what each change touches, on the informers' threads */
    Watches(KubernetesClient client, OperatorOptions options, Consumer<Change> changed) {
        Runnable declared = () -> changed.accept(Change.DECLARED);
        Runnable reported = () -> changed.accept(Change.REPORTED);
        services = new FactCache<>(
                "Services", client.services().inAnyNamespace(), bare(Service::new), ObjectFacts::of, declared);
        certificates = new FactCache<>(
                "TLS Secrets",
                client.secrets().inAnyNamespace().withField("type", "kubernetes.io/tls"),
                bare(Secret::new),
                ObjectFacts::of,
                declared);
        authorities = new FactCache<>(
                "Opaque Secrets",
                client.secrets().inAnyNamespace().withField("type", "Opaque"),
                bare(Secret::new),
                Watches::authoritiesAlone,
                declared);
        nodes = new FactCache<>("Nodes", client.nodes(), bare(Node::new), ObjectFacts::of, declared);
        reports = new FactCache<>(
                "DataplaneNodes",
                client.resources(DataplaneNode.class),
                bare(DataplaneNode::new),
                node -> node.getStatus() == null ? NO_REPORT : node.getStatus(),
                reported);
        leases = new FactCache<>(
                "Leases",
                client.leases().inNamespace(options.systemNamespace()),
                bare(Lease::new),
                LeaseFacts::of,
                reported);
        slices = new FactCache<>(
                "EndpointSlices",
                client.discovery().v1().endpointSlices().inAnyNamespace(),
                bare(EndpointSlice::new),
                SliceFacts::of,
                reported);
        published = new FactCache<>(
                "snapshot Secrets",
                client.secrets().inNamespace(options.snapshotsNamespace()),
                bare(Secret::new),
                PublishedSecret::of,
                declared);
        if (client.supports(ServiceCIDR.class)) {
            serviceCidrs.add(new FactCache<>(
                    "ServiceCIDRs",
                    client.resources(ServiceCIDR.class),
                    bare(ServiceCIDR::new),
                    Watches::blocks,
                    declared));
        }
    }

    /** Stands for a dataplane that has not reported yet. */
    private static final DataplaneNodeStatus NO_REPORT = new DataplaneNodeStatus(
            "", 0, 0, 0, List.of(), List.of(), List.of(), List.of(), List.of(), null, null, List.of());

    void start() {
        all().forEach(FactCache::start);
    }

    /** Kinds that are not known whole, or not followed at this moment. */
    List<String> behind() {
        return all().stream()
                .filter(cache -> !cache.current())
                .map(FactCache::kind)
                .toList();
    }

    /** Whether what nodes and endpoints report is followed at this moment. */
    boolean reporting() {
        return reports.current() && leases.current() && nodes.current() && slices.current();
    }

    /** Blocks that the addresses of Services come from; empty where the API server does not tell. */
    List<Cidr> serviceCidrs() {
        return serviceCidrs.stream()
                .flatMap(cache -> cache.facts().values().stream())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public void close() {
        all().forEach(FactCache::close);
    }

    private List<FactCache<?, ?>> all() {
        List<FactCache<?, ?>> all = new ArrayList<>(
                List.of(services, certificates, authorities, nodes, reports, leases, slices, published));
        all.addAll(serviceCidrs);
        return all;
    }

    /** Of Secrets of a type that holds everything, nothing else is kept. */
    private static SecretFacts authoritiesAlone(Secret secret) {
        SecretFacts facts = ObjectFacts.of(secret);
        return new SecretFacts(facts.key(), facts.type(), "", "", facts.authorities(), "");
    }

    private static List<Cidr> blocks(ServiceCIDR cidr) {
        return cidr.getSpec() == null
                ? List.of()
                : cidr.getSpec().getCidrs().stream()
                        .flatMap(block -> Cidr.parse(block).stream())
                        .toList();
    }

    /** Keeps what an informer needs to tell what changed. */
    private static <T extends HasMetadata> UnaryOperator<T> bare(Supplier<T> empty) {
        return object -> {
            T kept = empty.get();
            kept.setMetadata(new ObjectMetaBuilder()
                    .withNamespace(object.getMetadata().getNamespace())
                    .withName(object.getMetadata().getName())
                    .withUid(object.getMetadata().getUid())
                    .withResourceVersion(object.getMetadata().getResourceVersion())
                    .build());
            return kept;
        };
    }
}
