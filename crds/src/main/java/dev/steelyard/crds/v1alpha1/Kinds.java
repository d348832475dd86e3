package dev.steelyard.crds.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;

/** The kinds of this version. */
public final class Kinds {

    /** All of them, in the order in which a reader meets them. */
    public static final List<Class<? extends CustomResource<?, ?>>> ALL =
            List.of(VirtualService.class, Pool.class, Policy.class, DataplaneNode.class);

    private Kinds() {}
}
