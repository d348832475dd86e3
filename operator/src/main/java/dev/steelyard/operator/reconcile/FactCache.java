package dev.steelyard.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Follows one kind of object and keeps only what matters of each: the fact. Facts are compared, so that a change that does not
 * matter (a heartbeat, an annotation) wakes nobody. Readable by all threads.
 *
 * @param <T> the kind
 * @param <F> what matters; immutable, with equality
 */
final class FactCache<T extends HasMetadata, F> implements AutoCloseable {

    private final String kind;
    private final SharedIndexInformer<T> informer;
    private final Map<String, F> facts = new ConcurrentHashMap<>();
    private volatile boolean whole;

    /**
     * @param kind for messages
     * @param source what to list and watch
     * @param strip see {@link StrippedStore}
     * @param fact what matters of an object
     * @param onChange called on the informer's thread when a fact changed; must not block
     */
    FactCache(String kind, Informable<T> source, UnaryOperator<T> strip, Function<T, F> fact, Runnable onChange) {
        this.kind = kind;
        this.informer = source.runnableInformer(0);
        informer.itemStore(new StrippedStore<>(strip));
        // An informer that gives up would leave the operator blind for this kind, so it never does.
        informer.exceptionHandler((started, failure) -> true);
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T object) {
                put(object);
            }

            @Override
            public void onUpdate(T before, T object) {
                put(object);
            }

            @Override
            public void onDelete(T object, boolean lastStateUnknown) {
                facts.remove(key(object));
                onChange.run();
            }

            @Override
            public void onBeforeList(@Nullable String lastResourceVersion) {
                whole = false;
            }

            @Override
            public void onList(String resourceVersion, boolean remainedEmpty) {
                whole = true;
                onChange.run();
            }

            private void put(T object) {
                F now = fact.apply(object);
                if (!now.equals(facts.put(key(object), now))) {
                    onChange.run();
                }
            }
        });
    }

    /** Begins to list and watch. */
    void start() {
        var _ = informer.start();
    }

    /** Whether all objects are known and changes are being followed at this moment. */
    boolean current() {
        return whole && informer.isWatching();
    }

    /** By {@code namespace/name}, or name if there is no namespace: a live view. */
    Map<String, F> facts() {
        return facts;
    }

    String kind() {
        return kind;
    }

    @Override
    public void close() {
        informer.stop();
    }

    private static String key(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        String name = Objects.requireNonNull(object.getMetadata().getName());
        return namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
