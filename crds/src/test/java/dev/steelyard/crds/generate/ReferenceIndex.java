package dev.steelyard.crds.generate;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.util.List;

/** The page that leads to the reference of each kind. */
final class ReferenceIndex {

    private ReferenceIndex() {}

    static String write(List<CustomResourceDefinition> definitions) {
        StringBuilder page = new StringBuilder("""
                <!-- Generated from the types in crds/; "make crds" writes it anew. -->
                # API reference

                Every field of every kind, with its default and bounds. The same text is shown by `kubectl explain`, for example
                `kubectl explain svs.spec.routes`.

                | kind | what it is |
                | --- | --- |
                """);
        for (CustomResourceDefinition definition : definitions) {
            String description = definition
                    .getSpec()
                    .getVersions()
                    .getFirst()
                    .getSchema()
                    .getOpenAPIV3Schema()
                    .getDescription();
            page.append("| [%s](%s) | %s |\n"
                    .formatted(
                            definition.getSpec().getNames().getKind(),
                            ReferencePage.fileName(definition),
                            FieldText.cell(description)));
        }
        return page.toString();
    }
}
