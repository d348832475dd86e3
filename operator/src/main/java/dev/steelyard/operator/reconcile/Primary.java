package dev.steelyard.operator.reconcile;

import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One of the operator's own kinds: the reconciler's cache and the way to wake it.
 *
 * @param <P> the kind
 */
final class Primary<P extends HasMetadata> {

    private final String kind;
    private final Wake<P> wake;
    private volatile @Nullable IndexerResourceCache<P> cache;
    private volatile @Nullable RegisteredController<P> controller;

    /**
     * @param kind for messages
     * @param onSpecChange called on the informer's thread; must not block
     */
    Primary(String kind, Runnable onSpecChange) {
        this.kind = kind;
        this.wake = new Wake<>(onSpecChange);
    }

    /** Called by the reconciler when it is registered. */
    List<EventSource<?, P>> join(EventSourceContext<P> context) {
        cache = context.getPrimaryCache();
        return List.of(wake);
    }

    void registered(RegisteredController<P> registered) {
        controller = registered;
    }

    /** All objects that are not being deleted. */
    List<P> list() {
        IndexerResourceCache<P> all = cache;
        return all == null
                ? List.of()
                : all.list(object -> !object.isMarkedForDeletion()).toList();
    }

    void reconcile(Set<ObjectKey> keys) {
        keys.forEach(wake::reconcile);
    }

    String kind() {
        return kind;
    }

    /** Whether all objects are known and changes are being followed at this moment. */
    boolean current() {
        RegisteredController<P> registered = controller;
        if (registered == null) {
            return false;
        }
        for (InformerWrappingEventSourceHealthIndicator<?> source : registered
                .getControllerHealthInfo()
                .informerEventSourceHealthIndicators()
                .values()) {
            for (InformerHealthIndicator informer :
                    source.informerHealthIndicators().values()) {
                if (!informer.hasSynced() || !informer.isWatching()) {
                    return false;
                }
            }
        }
        return true;
    }
}
