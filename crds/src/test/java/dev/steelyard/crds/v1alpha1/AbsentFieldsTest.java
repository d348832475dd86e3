package dev.steelyard.crds.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.steelyard.crds.Definitions;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The records fill in what the schema would. */
class AbsentFieldsTest {

    static final List<Class<? extends CustomResource<?, ?>>> KINDS = Kinds.ALL;

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    @ParameterizedTest
    @FieldSource("KINDS")
    void recordsHaveTheDefaultsOfTheSchema(Class<? extends CustomResource<?, ?>> kind) {
        JSONSchemaProps root = Definitions.of(kind)
                .getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema();
        Type spec = ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments()[0];
        List<String> differences = new ArrayList<>();
        compare(
                "spec",
                (Class<?>) spec,
                Objects.requireNonNull(root.getProperties().get("spec")),
                differences);
        assertThat(differences).isEmpty();
    }

    @Test
    void anUnknownFieldIsIgnored() {
        ListenerSpec listener = serialization.unmarshal("""
                {"name": "web", "port": 80, "protocol": "HTTP", "fromTheFuture": 1}""", ListenerSpec.class);
        assertThat(listener.name()).isEqualTo("web");
    }

    /** An empty object read as a record and written again must show the schema's defaults and nothing else. */
    private void compare(String path, Class<?> type, JSONSchemaProps schema, List<String> differences) {
        JsonNode written = serialization.convertValue(
                serialization.convertValue(JsonNodeFactory.instance.objectNode(), type), JsonNode.class);
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName();
            JSONSchemaProps field =
                    Objects.requireNonNull(schema.getProperties().get(name), name);
            JsonNode expected = field.getDefault();
            JsonNode actual = written.get(name);
            boolean empty = expected != null
                    && expected.isTextual()
                    && expected.asText().isEmpty();
            boolean required = schema.getRequired().contains(name);
            if (!required && !empty && !Objects.equals(String.valueOf(expected), String.valueOf(actual))) {
                differences.add(path + "." + name + ": schema " + expected + ", record " + actual);
            }
            Class<?> nested = nested(component);
            if (nested.isRecord()) {
                compare(
                        path + "." + name,
                        nested,
                        field.getItems() == null ? field : field.getItems().getSchema(),
                        differences);
            }
        }
    }

    private static Class<?> nested(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType list
                ? (Class<?>) list.getActualTypeArguments()[0]
                : component.getType();
    }
}
