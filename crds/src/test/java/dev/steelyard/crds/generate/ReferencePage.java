package dev.steelyard.crds.generate;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionNames;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The reference documentation of one kind, as Markdown: a table of fields for each object in its schema. */
final class ReferencePage {

    private final StringBuilder page = new StringBuilder(32_768);

    private ReferencePage() {}

    static String fileName(CustomResourceDefinition definition) {
        return definition.getSpec().getNames().getSingular() + ".md";
    }

    static String write(CustomResourceDefinition definition) {
        ReferencePage page = new ReferencePage();
        page.head(definition);
        JSONSchemaProps root =
                definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
        for (String part : List.of("spec", "status")) {
            JSONSchemaProps schema = SchemaRefinement.property(root, part);
            page.object(part, schema.getDescription(), schema);
        }
        return page.page.toString().stripTrailing() + "\n";
    }

    private void head(CustomResourceDefinition definition) {
        CustomResourceDefinitionNames names = definition.getSpec().getNames();
        CustomResourceDefinitionVersion version =
                definition.getSpec().getVersions().getFirst();
        line("<!-- Generated from the types in crds/; \"make crds\" writes it anew. -->");
        line("# " + names.getKind());
        line("");
        line(version.getSchema().getOpenAPIV3Schema().getDescription());
        line("");
        line("| | |");
        line("| --- | --- |");
        line("| apiVersion | `" + definition.getSpec().getGroup() + "/" + version.getName() + "` |");
        line("| kind | `" + names.getKind() + "` |");
        line("| scope | " + definition.getSpec().getScope() + " |");
        line("| kubectl | `kubectl get " + names.getShortNames().getFirst() + "`, also `" + names.getPlural()
                + "`; all kinds: `kubectl get " + names.getCategories().getFirst() + "` |");
        line("| columns | " + columns(version.getAdditionalPrinterColumns(), 0) + " |");
        line("| columns of `-o wide` | " + columns(version.getAdditionalPrinterColumns(), 1) + " |");
        line("");
        line(
                "What the running release does not honour yet is refused, never passed over: the condition `Accepted` is then"
                        + " `False` with reason `NotSupported` and names the field.");
        line("");
        line("Durations are written as `1h30m`, `5s` or `250ms`. Regular expressions are of the RE2 kind.");
        line("");
    }

    private static String columns(List<CustomResourceColumnDefinition> columns, int priority) {
        return columns.stream()
                .filter(column -> (column.getPriority() == null ? 0 : column.getPriority()) == priority)
                .map(column -> column.getName().toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** One section for an object, then one for each object within. */
    private void object(String path, String description, JSONSchemaProps schema) {
        line("## `" + path + "`");
        line("");
        line(description);
        line("");
        Map<String, JSONSchemaProps> fields = new TreeMap<>(schema.getProperties());
        if (fields.isEmpty()) {
            return;
        }
        line("| field | type | default | bounds | meaning |");
        line("| --- | --- | --- | --- | --- |");
        fields.forEach((name, field) -> {
            String required = schema.getRequired().contains(name) ? " (required)" : "";
            line("| `" + name + "`" + required + " | " + FieldText.type(path + "." + name, field) + " | "
                    + FieldText.byDefault(field) + " | " + FieldText.bounds(field) + " | "
                    + FieldText.cell(field.getDescription()) + " |");
        });
        line("");
        rules(schema);
        fields.forEach((name, field) -> {
            JSONSchemaProps object =
                    "array".equals(field.getType()) ? field.getItems().getSchema() : field;
            if (!object.getProperties().isEmpty()) {
                object(FieldText.path(path + "." + name, field), field.getDescription(), object);
            }
        });
    }

    private void rules(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations().isEmpty()) {
            return;
        }
        line("Rules across fields; the API server refuses what breaks them:");
        line("");
        for (ValidationRule rule : schema.getXKubernetesValidations()) {
            line("- " + rule.getMessage());
        }
        line("");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
