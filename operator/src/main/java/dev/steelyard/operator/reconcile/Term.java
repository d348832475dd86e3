package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.operator.compile.Compiler;
import dev.steelyard.operator.inputs.ObjectFacts;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.publish.Accepted;
import dev.steelyard.operator.publish.Content;
import dev.steelyard.operator.publish.Departures;
import dev.steelyard.operator.publish.NotLeadingException;
import dev.steelyard.operator.publish.Published;
import dev.steelyard.operator.publish.PublishedSecret;
import dev.steelyard.operator.publish.Publisher;
import dev.steelyard.operator.publish.TicketKeySecret;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.Inputs;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.Memo;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.operator.resolve.Resolver;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a leader does, from one election to the next. For the pipeline's thread. */
final class Term {

    private static final Logger LOG = LoggerFactory.getLogger(Term.class);

    private final KubernetesClient client;
    private final OperatorOptions options;
    private final Kinds kinds;
    private final Watches watches;
    private final Clock clock;
    private final OperatorMeters meters;
    private final Publisher publisher;
    private final TicketKeySecret ticketKeys;
    private final Resolver resolver = new Resolver();
    private final Compiler compiler = new Compiler();
    private final Memo<ObjectKey, Compiled, Content> contents =
            new Memo<>(compiled -> new Content(compiled.snapshot(), Accepted.of(compiled.model())));
    private final Barrier barrier = new Barrier();
    private final Judgement judgement;

    private Declarations<VirtualServiceSpec> virtualServices = Declarations.none();
    private Declarations<PoolSpec> pools = Declarations.none();
    private Declarations<PolicySpec> policies = Declarations.none();
    private LastGood lastGood;
    private Set<ObjectRef> held = Set.of();

    private record Compiled(ServiceModel model, Snapshot snapshot) {}

    private Term(
            KubernetesClient client,
            OperatorOptions options,
            Kinds kinds,
            Watches watches,
            Clock clock,
            OperatorMeters meters,
            Publisher publisher) {
        this.client = client;
        this.options = options;
        this.kinds = kinds;
        this.watches = watches;
        this.clock = clock;
        this.meters = meters;
        this.publisher = publisher;
        this.ticketKeys = new TicketKeySecret(client, options.snapshotsNamespace(), new SecureRandom());
        this.lastGood = publisher.lastGood();
        this.judgement = new Judgement(kinds, watches, clock);
    }

    /**
     * @param leading whether this replica leads; asked before each write
     * @throws NotLeadingException if another replica leads after all
     */
    static Term begin(
            KubernetesClient client,
            OperatorOptions options,
            Kinds kinds,
            Watches watches,
            Clock clock,
            OperatorMeters meters,
            BooleanSupplier leading)
            throws NotLeadingException {
        Collection<DataplaneNodeStatus> reports = watches.reports.facts().values();
        Publisher publisher = Publisher.begin(
                client,
                options.snapshotsNamespace(),
                options.identity(),
                reports.stream().mapToLong(DataplaneNodeStatus::epoch).max().orElse(0),
                reports.stream()
                        .mapToLong(DataplaneNodeStatus::appliedRevision)
                        .max()
                        .orElse(0),
                leading,
                options.sweepGrace());
        meters.leading(true);
        warnOfUnknownAddresses(options, watches);
        return new Term(client, options, kinds, watches, clock, meters, publisher);
    }

    private static void warnOfUnknownAddresses(OperatorOptions options, Watches watches) {
        if (!options.settings().deniedMembers().isEmpty()) {
            return;
        }
        if (watches.nodes.facts().values().stream()
                .allMatch(node -> node.podCidrs().isEmpty())) {
            LOG.warn(
                    "no Node tells which addresses pods have, so pools may use them: --deny-members CIDR keeps them out");
        }
        if (watches.serviceCidrs().isEmpty()) {
            LOG.warn("there are no ServiceCIDRs, so pools are kept from the addresses of present Services only:"
                    + " --deny-members CIDR keeps them out of all");
        }
    }

    /**
     * Makes what is published follow from what is declared.
     *
     * @return false if something could not be stored and has to be tried again
     * @throws NotLeadingException if this replica does not lead any more
     */
    boolean publish() throws NotLeadingException {
        long begin = System.nanoTime();
        virtualServices = virtualServices.next(kinds.virtualServices.list());
        pools = pools.next(kinds.pools.list());
        policies = policies.next(kinds.policies.list());
        SortedMap<ObjectKey, Declared<VirtualServiceSpec>> present =
                present(virtualServices, lastGood.virtualServices(), publisher.keys(), VirtualService.class);
        Set<ObjectKey> kept = present.keySet();
        SortedMap<ObjectKey, Declared<PoolSpec>> presentPools =
                present(pools, lastGood.pools(), lastGood.pools().keySet(), Pool.class);
        Resolution resolution = resolver.resolve(inputs(present, presentPools));
        held = barrier.hold(changed(resolution), resolution, System.nanoTime());
        SortedMap<ObjectKey, Declared<VirtualServiceSpec>> heldServices =
                held(ObjectRef.Kind.VIRTUAL_SERVICE, lastGood.virtualServices());
        SortedMap<ObjectKey, Declared<PoolSpec>> heldPools = held(ObjectRef.Kind.POOL, lastGood.pools());
        if (!held.isEmpty()) {
            // As though the change had not been seen yet, so that claims are settled accordingly.
            present.putAll(heldServices);
            presentPools.putAll(heldPools);
            resolution = resolver.resolve(inputs(present, presentPools));
        }
        barrier.passed(resolution);
        SortedMap<ObjectKey, Snapshot> snapshots = compiler.compile(resolution);
        long compiled = System.nanoTime();

        ticketKeys.keep(clock.instant());
        Set<String> stored = observe();
        SortedMap<ObjectKey, Compiled> sources = new TreeMap<>();
        for (Map.Entry<ObjectKey, Snapshot> entry : snapshots.entrySet()) {
            ServiceModel model = resolution.virtualServices().get(entry.getKey());
            sources.put(entry.getKey(), new Compiled(Objects.requireNonNull(model), entry.getValue()));
        }
        SortedMap<ObjectKey, Content> wanted = contents.apply(sources);
        List<Problem> faults = faults(wanted);
        Published published = publisher.publish(wanted, kept);
        lastGood = resolution.lastGood();
        judgement.update(
                virtualServices.with(heldServices), pools.with(heldPools), policies, resolution, faults, published);
        meters.published(published, snapshots.size(), compiled - begin, System.nanoTime() - compiled);
        meters.swept(publisher.sweep(stored, clock.instant()));
        return published.failures().isEmpty();
    }

    /** Whether something was held back that is to be looked at again soon. */
    boolean holdsBack() {
        return !held.isEmpty();
    }

    /** Makes the desired statuses follow from what was published and what the nodes report. */
    void judge() {
        judgement.judge();
    }

    /** What could not be compiled stays as it is published. */
    private List<Problem> faults(SortedMap<ObjectKey, Content> wanted) {
        compiler.failures().forEach((key, failure) -> {
            publisher.content(key).ifPresent(content -> wanted.put(key, content));
            LOG.error("{} cannot be compiled", key, failure);
        });
        return compiler.problems();
    }

    /** What would take the place of another state of the same object. */
    private Set<ObjectRef> changed(Resolution resolution) {
        Set<ObjectRef> changed = new HashSet<>();
        resolution.virtualServices().forEach((key, model) -> {
            if (replaces(model.declared(), lastGood.virtualServices().get(key))) {
                changed.add(ObjectRef.virtualService(key));
            }
        });
        resolution.pools().forEach((key, model) -> {
            if (replaces(model.declared(), lastGood.pools().get(key))) {
                changed.add(ObjectRef.pool(key));
            }
        });
        return changed;
    }

    private static boolean replaces(Declared<?> now, @Nullable Declared<?> before) {
        return before != null
                && (now.generation() != before.generation() || !now.created().equals(before.created()));
    }

    private <S> SortedMap<ObjectKey, Declared<S>> held(ObjectRef.Kind kind, SortedMap<ObjectKey, Declared<S>> before) {
        SortedMap<ObjectKey, Declared<S>> states = new TreeMap<>();
        for (ObjectRef object : held) {
            Declared<S> state = object.kind() == kind ? before.get(object.key()) : null;
            if (state != null) {
                states.put(object.key(), state);
            }
        }
        return states;
    }

    private Inputs inputs(
            SortedMap<ObjectKey, Declared<VirtualServiceSpec>> services,
            SortedMap<ObjectKey, Declared<PoolSpec>> declaredPools) {
        return new Inputs(
                services,
                declaredPools,
                present(policies, lastGood.policies(), lastGood.policies().keySet(), Policy.class),
                byKey(watches.services.facts().values(), Inputs.ServiceFacts::key),
                secrets(),
                watches.nodes.facts().values().stream()
                        .sorted(Comparator.comparing(Inputs.NodeFacts::name))
                        .toList(),
                watches.serviceCidrs(),
                lastGood,
                options.settings(),
                clock.instant().truncatedTo(ChronoUnit.HOURS));
    }

    private SortedMap<ObjectKey, Inputs.SecretFacts> secrets() {
        SortedMap<ObjectKey, Inputs.SecretFacts> secrets =
                byKey(watches.authorities.facts().values(), Inputs.SecretFacts::key);
        secrets.putAll(byKey(watches.certificates.facts().values(), Inputs.SecretFacts::key));
        return secrets;
    }

    /** What is declared, and what was and whose absence is not certain. */
    private <S> SortedMap<ObjectKey, Declared<S>> present(
            Declarations<S> declared,
            SortedMap<ObjectKey, Declared<S>> last,
            Set<ObjectKey> known,
            Class<? extends HasMetadata> kind) {
        SortedMap<ObjectKey, Declared<S>> present = new TreeMap<>(declared.states());
        Set<ObjectKey> kept = new TreeSet<>(known);
        kept.removeAll(Departures.gone(known, present.keySet(), () -> ask(kind)));
        for (ObjectKey key : kept) {
            Declared<S> before = last.get(key);
            if (before != null) {
                present.putIfAbsent(key, before);
            }
        }
        return present;
    }

    /** Tells the publisher what is there, and returns the names of all snapshot Secrets. */
    private Set<String> observe() {
        Map<String, String> snapshots = new HashMap<>();
        Optional<String> index = Optional.empty();
        for (Map.Entry<String, PublishedSecret> entry :
                watches.published.facts().entrySet()) {
            String name = entry.getKey().substring(entry.getKey().indexOf('/') + 1);
            switch (entry.getValue().kind()) {
                case INDEX -> index = Optional.of(entry.getValue().digest());
                case SNAPSHOT -> snapshots.put(name, entry.getValue().digest());
                case FOREIGN -> {}
            }
        }
        publisher.observe(snapshots, index);
        return snapshots.keySet();
    }

    /** Asks the API server itself, past all caches. */
    private Set<ObjectKey> ask(Class<? extends HasMetadata> kind) {
        if (options.namespaces().isEmpty()) {
            return keys(client.resources(kind).inAnyNamespace().list().getItems());
        }
        Set<ObjectKey> found = new HashSet<>();
        options.namespaces()
                .forEach(namespace -> found.addAll(keys(
                        client.resources(kind).inNamespace(namespace).list().getItems())));
        return found;
    }

    private static Set<ObjectKey> keys(List<? extends HasMetadata> objects) {
        return objects.stream().map(ObjectFacts::key).collect(Collectors.toSet());
    }

    private static <F> SortedMap<ObjectKey, F> byKey(Collection<F> facts, Function<F, ObjectKey> key) {
        return facts.stream().collect(Collectors.toMap(key, Function.identity(), (one, other) -> other, TreeMap::new));
    }
}
