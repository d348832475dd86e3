package dev.steelyard.crds.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.Definitions;
import dev.steelyard.crds.v1alpha1.Kinds;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What every schema has to keep to, whatever fields it gets. */
class SchemaRulesTest {

    static final List<Class<? extends CustomResource<?, ?>>> KINDS = Kinds.ALL;

    /** Unquoted, these keys are booleans in YAML 1.1, which kubectl reads. */
    private static final Set<String> NOT_KEYS = Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyFieldIsDescribed(Class<? extends CustomResource<?, ?>> kind) {
        List<String> bad = new ArrayList<>();
        walkFields(kind, (path, field) -> {
            String text = field.getDescription();
            if (text == null || !text.endsWith(".") || !Character.isUpperCase(text.charAt(0))) {
                bad.add(path + ": " + text);
            }
        });
        assertThat(bad).as("not described by whole sentences").isEmpty();
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyValueIsBounded(Class<? extends CustomResource<?, ?>> kind) {
        List<String> bad = new ArrayList<>();
        walk(kind, (path, field) -> {
            if (!isBounded(field)) {
                bad.add(path);
            }
        });
        assertThat(bad).as("not bounded").isEmpty();
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void everyRuleSaysWhatIsWrong(Class<? extends CustomResource<?, ?>> kind) {
        walk(
                kind,
                (path, field) -> field.getXKubernetesValidations()
                        .forEach(rule -> assertThat(rule.getMessage())
                                .as("message of %s: %s", path, rule.getRule())
                                .isNotBlank()
                                .doesNotEndWith(".")));
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void noFieldIsCalledWhatYamlTakesForABoolean(Class<? extends CustomResource<?, ?>> kind) {
        walk(
                kind,
                (path, field) ->
                        assertThat(field.getProperties().keySet()).as(path).doesNotContainAnyElementsOf(NOT_KEYS));
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void nothingUnknownIsKept(Class<? extends CustomResource<?, ?>> kind) {
        walk(
                kind,
                (path, field) -> assertThat(field.getXKubernetesPreserveUnknownFields())
                        .as(path)
                        .isNotEqualTo(true));
    }

    private static boolean isBounded(JSONSchemaProps field) {
        if (Boolean.TRUE.equals(field.getXKubernetesIntOrString())) {
            return field.getMaxLength() != null;
        }
        return switch (field.getType()) {
            case "string" -> !field.getEnum().isEmpty() || field.getMaxLength() != null;
            case "integer", "number" -> field.getMinimum() != null && field.getMaximum() != null;
            case "array" -> field.getMaxItems() != null && field.getXKubernetesListType() != null;
            case "object" -> field.getAdditionalProperties() == null || field.getMaxProperties() != null;
            case "boolean" -> true;
            default -> false;
        };
    }

    private static void walk(Class<? extends CustomResource<?, ?>> kind, BiConsumer<String, JSONSchemaProps> visitor) {
        CustomResourceDefinition definition = Definitions.of(kind);
        walk(
                definition.getSpec().getNames().getKind(),
                definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema(),
                visitor);
    }

    private static void walk(String path, JSONSchemaProps schema, BiConsumer<String, JSONSchemaProps> visitor) {
        visitor.accept(path, schema);
        schema.getProperties().forEach((name, field) -> walk(path + "." + name, field, visitor));
        if (schema.getItems() != null) {
            walk(path + "[]", schema.getItems().getSchema(), visitor);
        }
    }

    /** All but the items of lists, which the list describes. */
    private static void walkFields(
            Class<? extends CustomResource<?, ?>> kind, BiConsumer<String, JSONSchemaProps> visitor) {
        walk(kind, (path, field) -> {
            if (!path.endsWith("[]")) {
                visitor.accept(path, field);
            }
        });
    }
}
