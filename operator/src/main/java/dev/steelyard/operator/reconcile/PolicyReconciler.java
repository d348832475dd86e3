package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PolicyStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/** Writes the statuses of policies. */
@ControllerConfiguration(name = "policy", fieldManager = "steelyard-operator")
final class PolicyReconciler implements Reconciler<Policy> {

    private final Primary<Policy> primary;
    private final StatusWriter<Policy, PolicySpec, PolicyStatus> statuses;

    PolicyReconciler(Primary<Policy> primary, StatusWriter<Policy, PolicySpec, PolicyStatus> statuses) {
        this.primary = primary;
        this.statuses = statuses;
    }

    @Override
    public List<EventSource<?, Policy>> prepareEventSources(EventSourceContext<Policy> context) {
        return primary.join(context);
    }

    @Override
    public UpdateControl<Policy> reconcile(Policy object, Context<Policy> context) {
        return statuses.reconcile(object, context);
    }
}
