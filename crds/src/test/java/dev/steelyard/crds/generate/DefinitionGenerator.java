package dev.steelyard.crds.generate;

import io.fabric8.crdv2.generator.CustomResourceInfo;
import io.fabric8.crdv2.generator.ResolvingContext;
import io.fabric8.crdv2.generator.v1.CustomResourceHandler;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;

/** From a kind's Java type to its custom resource definition. */
final class DefinitionGenerator {

    private DefinitionGenerator() {}

    /** The definition with everything that {@link SchemaRefinement} adds. */
    static CustomResourceDefinition generate(Class<? extends CustomResource<?, ?>> kind) {
        CustomResourceHandler handler = new CustomResourceHandler();
        handler.handle(CustomResourceInfo.fromClass(kind), ResolvingContext.defaultResolvingContext(false));
        CustomResourceDefinition definition = handler.finish()
                .map(entry -> (CustomResourceDefinition) entry.getKey())
                .findFirst()
                .orElseThrow();
        SchemaRefinement.refine(definition, kind);
        return definition;
    }
}
