package dev.steelyard.operator.reconcile;

import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.Objects;

/**
 * Joins a reconciler with the pipeline: changes of specs wake the pipeline, changes of desired statuses wake the reconciler.
 *
 * @param <P> the kind
 */
final class Wake<P extends HasMetadata> extends SimpleInboundEventSource<P> implements ResourceEventAware<P> {

    private final Runnable onSpecChange;

    /** @param onSpecChange called on the informer's thread; must not block */
    Wake(Runnable onSpecChange) {
        super("pipeline");
        this.onSpecChange = onSpecChange;
    }

    /** Makes the reconciler look at one object. */
    void reconcile(ObjectKey key) {
        propagateEvent(new ResourceID(key.name(), key.namespace()));
    }

    @Override
    public void onResourceCreated(P resource) {
        onSpecChange.run();
    }

    /** Not for a change of status or metadata alone, most of which are our own. */
    @Override
    public void onResourceUpdated(P newResource, P oldResource) {
        if (!Objects.equals(
                        newResource.getMetadata().getGeneration(),
                        oldResource.getMetadata().getGeneration())
                || !Objects.equals(
                        newResource.getMetadata().getUid(),
                        oldResource.getMetadata().getUid())) {
            onSpecChange.run();
        }
    }

    @Override
    public void onResourceDeleted(P resource) {
        onSpecChange.run();
    }
}
