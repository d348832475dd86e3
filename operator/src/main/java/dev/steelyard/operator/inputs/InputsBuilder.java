package dev.steelyard.operator.inputs;

import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.Inputs;
import dev.steelyard.operator.resolve.Inputs.NodeFacts;
import dev.steelyard.operator.resolve.Inputs.SecretFacts;
import dev.steelyard.operator.resolve.Inputs.ServiceFacts;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Gathers objects into {@link Inputs}. Objects of other kinds, and custom resources without a spec, are passed over. For one thread. */
public final class InputsBuilder {

    private final SortedMap<ObjectKey, Declared<VirtualServiceSpec>> virtualServices = new TreeMap<>();
    private final SortedMap<ObjectKey, Declared<PoolSpec>> pools = new TreeMap<>();
    private final SortedMap<ObjectKey, Declared<PolicySpec>> policies = new TreeMap<>();
    private final SortedMap<ObjectKey, ServiceFacts> services = new TreeMap<>();
    private final SortedMap<ObjectKey, SecretFacts> secrets = new TreeMap<>();
    private final List<NodeFacts> nodes = new ArrayList<>();
    private final List<Cidr> serviceCidrs = new ArrayList<>();

    /** Takes an object; it is not kept. */
    public InputsBuilder add(HasMetadata object) {
        switch (object) {
            case VirtualService service
            when service.getSpec() != null -> put(virtualServices, service, service.getSpec());
            case Pool pool when pool.getSpec() != null -> put(pools, pool, pool.getSpec());
            case Policy policy when policy.getSpec() != null -> put(policies, policy, policy.getSpec());
            case Service service -> services.put(ObjectFacts.key(service), ObjectFacts.of(service));
            case Secret secret -> secrets.put(ObjectFacts.key(secret), ObjectFacts.of(secret));
            case Node node -> nodes.add(ObjectFacts.of(node));
            case ServiceCIDR blocks ->
                blocks.getSpec().getCidrs().forEach(block -> Cidr.parse(block).ifPresent(serviceCidrs::add));
            default -> {}
        }
        return this;
    }

    /** Takes many objects. */
    public InputsBuilder addAll(Iterable<? extends HasMetadata> objects) {
        objects.forEach(this::add);
        return this;
    }

    /** All that was added, at one moment. */
    public Inputs build(LastGood lastGood, Settings settings, Instant now) {
        return new Inputs(
                virtualServices, pools, policies, services, secrets, nodes, serviceCidrs, lastGood, settings, now);
    }

    private static <S> void put(SortedMap<ObjectKey, Declared<S>> objects, HasMetadata object, S spec) {
        Declared<S> declared = ObjectFacts.declared(object, spec);
        objects.put(declared.key(), declared);
    }
}
