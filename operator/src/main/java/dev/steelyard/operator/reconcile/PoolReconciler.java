package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.PoolStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/** Writes the statuses of pools. */
@ControllerConfiguration(name = "pool", fieldManager = "steelyard-operator")
final class PoolReconciler implements Reconciler<Pool> {

    private final Primary<Pool> primary;
    private final StatusWriter<Pool, PoolSpec, PoolStatus> statuses;

    PoolReconciler(Primary<Pool> primary, StatusWriter<Pool, PoolSpec, PoolStatus> statuses) {
        this.primary = primary;
        this.statuses = statuses;
    }

    @Override
    public List<EventSource<?, Pool>> prepareEventSources(EventSourceContext<Pool> context) {
        return primary.join(context);
    }

    @Override
    public UpdateControl<Pool> reconcile(Pool object, Context<Pool> context) {
        return statuses.reconcile(object, context);
    }
}
