package dev.steelyard.crds.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.UncheckedIOException;
import java.util.Map;

/** The schema of a definition without what is for people, for a program that holds files to it. */
final class SchemaJson {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private SchemaJson() {}

    static String write(CustomResourceDefinition definition) {
        JsonNode schema = DefinitionYaml.tree(definition).at("/spec/versions/0/schema/openAPIV3Schema");
        try {
            return JSON.writeValueAsString(bare((ObjectNode) schema)) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode bare(ObjectNode schema) {
        schema.remove("description");
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            bare((ObjectNode) field.getValue());
        }
        if (schema.get("items") instanceof ObjectNode items) {
            bare(items);
        }
        return schema;
    }
}
