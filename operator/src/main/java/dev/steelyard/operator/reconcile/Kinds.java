package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.PolicyStatus;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.PoolStatus;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.operator.event.EventWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The operator's own kinds, joined with the pipeline, each with the statuses that its objects should have. */
final class Kinds implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(2);

    /** A status is looked at this often even if nothing wakes its reconciler. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    /** Until it succeeds: nothing else may come to wake the reconciler of an object whose status could not be written. */
    static final GenericRetry RETRY = new GenericRetry()
            .setInitialInterval(Duration.ofMillis(500))
            .setIntervalMultiplier(2)
            .setMaxInterval(Duration.ofSeconds(30).toMillis())
            .withoutMaxAttempts();

    final Primary<VirtualService> virtualServices;
    final Primary<Pool> pools;
    final Primary<Policy> policies;
    final Board<VirtualServiceStatus> virtualServiceBoard = new Board<>();
    final Board<PoolStatus> poolBoard = new Board<>();
    final Board<PolicyStatus> policyBoard = new Board<>();
    private final Operator operator;

    /**
     * @param leading whether this replica may write
     * @param changed told of changed specs, on the informers' threads
     * @param onInformerStopped called when an informer has stopped for good: the process cannot go on
     */
    Kinds(
            KubernetesClient client,
            OperatorOptions options,
            BooleanSupplier leading,
            EventWriter events,
            Clock clock,
            Consumer<Change> changed,
            Runnable onInformerStopped) {
        Runnable declared = () -> changed.accept(Change.DECLARED);
        virtualServices = new Primary<>("VirtualServices", declared);
        pools = new Primary<>("Pools", declared);
        policies = new Primary<>("Policies", declared);
        operator = new Operator(configuration -> configuration
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withStopOnInformerErrorDuringStartup(false)
                .withReconciliationTerminationTimeout(STOP)
                .withConcurrentReconciliationThreads(16)
                .withInformerStoppedHandler((informer, failure) -> {
                    if (failure != null) {
                        onInformerStopped.run();
                    }
                }));
        virtualServices.registered(register(
                options.namespaces(),
                new VirtualServiceReconciler(
                        virtualServices,
                        new StatusWriter<>(StatusKind.VIRTUAL_SERVICE, virtualServiceBoard, leading, events, clock))));
        pools.registered(register(
                options.namespaces(),
                new PoolReconciler(pools, new StatusWriter<>(StatusKind.POOL, poolBoard, leading, events, clock))));
        policies.registered(register(
                options.namespaces(),
                new PolicyReconciler(
                        policies, new StatusWriter<>(StatusKind.POLICY, policyBoard, leading, events, clock))));
    }

    private <P extends io.fabric8.kubernetes.api.model.HasMetadata> RegisteredController<P> register(
            Set<String> namespaces, Reconciler<P> reconciler) {
        return operator.register(reconciler, configuration -> {
            configuration.withRetry(RETRY).withReconciliationMaxInterval(LOOK);
            if (namespaces.isEmpty()) {
                configuration.watchingAllNamespaces();
            } else {
                configuration.settingNamespaces(namespaces);
            }
        });
    }

    /** Lists and watches; returns when everything is known. */
    void start() {
        operator.start();
    }

    /** Kinds that are not known whole, or not followed at this moment. */
    List<String> behind() {
        return Stream.<Primary<?>>of(virtualServices, pools, policies)
                .filter(primary -> !primary.current())
                .map(Primary::kind)
                .toList();
    }

    /** No status is to be written any more. */
    void clear() {
        virtualServiceBoard.clear();
        poolBoard.clear();
        policyBoard.clear();
    }

    @Override
    public void close() {
        operator.stop();
    }
}
