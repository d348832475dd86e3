package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/** Writes the statuses of virtual services. */
@ControllerConfiguration(name = "virtualservice", fieldManager = "steelyard-operator")
final class VirtualServiceReconciler implements Reconciler<VirtualService> {

    private final Primary<VirtualService> primary;
    private final StatusWriter<VirtualService, VirtualServiceSpec, VirtualServiceStatus> statuses;

    VirtualServiceReconciler(
            Primary<VirtualService> primary,
            StatusWriter<VirtualService, VirtualServiceSpec, VirtualServiceStatus> statuses) {
        this.primary = primary;
        this.statuses = statuses;
    }

    @Override
    public List<EventSource<?, VirtualService>> prepareEventSources(EventSourceContext<VirtualService> context) {
        return primary.join(context);
    }

    @Override
    public UpdateControl<VirtualService> reconcile(VirtualService object, Context<VirtualService> context) {
        return statuses.reconcile(object, context);
    }
}
