package dev.steelyard.crds.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.UncheckedIOException;

/** The text of a definition as it is checked in. */
final class DefinitionYaml {

    private static final String HEAD = "# Generated from the types in crds/; \"make crds\" writes it anew.\n";

    private static final KubernetesSerialization MODEL = new KubernetesSerialization();

    /** Quotes what YAML 1.1, which kubectl reads, takes for a boolean or a number. */
    private static final ObjectMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build());

    private DefinitionYaml() {}

    static String write(CustomResourceDefinition definition) {
        try {
            return HEAD + YAML.writeValueAsString(tree(definition));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode tree(CustomResourceDefinition definition) {
        ObjectNode tree = MODEL.convertValue(definition, ObjectNode.class);
        tree.remove("status");
        return whole(tree);
    }

    /** Writes 1.0 as 1: the model holds bounds as doubles, and nearly all of them are whole. */
    private static JsonNode whole(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                object.properties().forEach(entry -> entry.setValue(whole(entry.getValue())));
                yield object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, whole(array.get(i)));
                }
                yield array;
            }
            default ->
                node.isDouble() && node.doubleValue() == Math.rint(node.doubleValue())
                        ? LongNode.valueOf(node.longValue())
                        : node;
        };
    }
}
