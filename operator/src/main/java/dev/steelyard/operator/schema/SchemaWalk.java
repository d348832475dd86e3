package dev.steelyard.operator.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import dev.steelyard.operator.address.Cidr;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds a value to a structural schema: types, bounds, patterns, enumerations, required and unknown fields, uniqueness in lists; and fills in
 * defaults on the way. It knows the keywords that Steelyard's own definitions use.
 *
 * <p>Patterns are RE2's, as the API server's are: {@code $} is the very end, where Java's also stands before a last line break.
 */
final class SchemaWalk {

    private final List<FieldError> errors;

    /** @param errors receives what is wrong */
    SchemaWalk(List<FieldError> errors) {
        this.errors = errors;
    }

    void walk(String path, JSONSchemaProps schema, JsonNode value) {
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            if (value.isTextual()) {
                text(path, schema, value.asText());
            } else if (!value.isInt()) {
                error(path, "must be a number or a text");
            }
            return;
        }
        switch (Objects.requireNonNullElse(schema.getType(), "")) {
            case "object" -> {
                if (value instanceof ObjectNode object) {
                    object(path, schema, object);
                } else {
                    error(path, "must be an object with fields");
                }
            }
            case "array" -> {
                if (value.isArray()) {
                    array(path, schema, value);
                } else {
                    error(path, "must be a list");
                }
            }
            case "string" -> {
                if (value.isTextual()) {
                    text(path, schema, value.asText());
                } else {
                    error(
                            path,
                            "must be a text" + (value.isValueNode() ? ": put " + value.asText() + " in quotes" : ""));
                }
            }
            case "integer" -> {
                if (value.isIntegralNumber()) {
                    number(path, schema, value.asDouble());
                } else {
                    error(path, "must be a whole number");
                }
            }
            case "number" -> {
                if (value.isNumber()) {
                    number(path, schema, value.asDouble());
                } else {
                    error(path, "must be a number");
                }
            }
            case "boolean" -> {
                if (!value.isBoolean()) {
                    error(path, "must be true or false");
                }
            }
            default -> {}
        }
    }

    private void object(String path, JSONSchemaProps schema, ObjectNode object) {
        Map<String, JSONSchemaProps> fields = schema.getProperties();
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (!fields.containsKey(name)) {
                error(path + "." + name, "there is no such field" + guess(name, fields.keySet()));
            } else if (object.get(name).isNull()) {
                object.remove(name); // as the API server does with fields that are not nullable
            }
        }
        fields.forEach((name, field) -> {
            if (!object.has(name) && field.getDefault() != null) {
                object.set(name, field.getDefault().deepCopy());
            }
        });
        for (String name : schema.getRequired()) {
            if (!object.has(name)) {
                error(path + "." + name, "is required");
            }
        }
        fields.forEach((name, field) -> {
            JsonNode value = object.get(name);
            if (value != null) {
                walk(path + "." + name, field, value);
            }
        });
    }

    private void array(String path, JSONSchemaProps schema, JsonNode array) {
        if (schema.getMinItems() != null && array.size() < schema.getMinItems()) {
            error(path, "needs at least " + schema.getMinItems() + " entries");
        }
        if (schema.getMaxItems() != null && array.size() > schema.getMaxItems()) {
            error(path, "may have at most " + schema.getMaxItems() + " entries, and has " + array.size());
            return;
        }
        JSONSchemaProps items = schema.getItems().getSchema();
        for (int i = 0; i < array.size(); i++) {
            walk(path + "[" + i + "]", items, array.get(i));
        }
        unique(path, schema, array);
    }

    private void unique(String path, JSONSchemaProps schema, JsonNode array) {
        boolean map = "map".equals(schema.getXKubernetesListType());
        if (!map && !"set".equals(schema.getXKubernetesListType())) {
            return;
        }
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < array.size(); i++) {
            JsonNode entry = array.get(i);
            List<JsonNode> identity = map
                    ? schema.getXKubernetesListMapKeys().stream()
                            .map(entry::path)
                            .toList()
                    : List.of(entry);
            if (!seen.add(identity)) {
                error(
                        path + "[" + i + "]",
                        identity.stream().map(JsonNode::asText).collect(Collectors.joining("/"))
                                + " is in the list already");
            }
        }
    }

    private void text(String path, JSONSchemaProps schema, String value) {
        List<JsonNode> allowed = schema.getEnum();
        if (!allowed.isEmpty()) {
            if (allowed.stream().noneMatch(one -> one.asText().equals(value))) {
                error(
                        path,
                        "must be one of "
                                + allowed.stream().map(JsonNode::asText).collect(Collectors.joining(", ")) + ", and is "
                                + value);
            }
            return;
        }
        int length = value.codePointCount(0, value.length());
        if (schema.getMinLength() != null && length < schema.getMinLength()) {
            error(path, length == 0 ? "must not be empty" : "needs at least " + schema.getMinLength() + " characters");
        } else if (schema.getMaxLength() != null && length > schema.getMaxLength()) {
            error(path, "may have at most " + schema.getMaxLength() + " characters");
        } else if (schema.getPattern() != null
                && !Pattern.compile(schema.getPattern()).matcher(value).find()) {
            error(path, "\"" + value + "\" is not of the form " + schema.getPattern());
        } else if ("cidr".equals(schema.getFormat()) && Cidr.parse(value).isEmpty()) {
            error(path, value + " is no address block such as 10.0.0.0/8");
        }
    }

    private void number(String path, JSONSchemaProps schema, double value) {
        double low = orElse(schema.getMinimum(), Double.NEGATIVE_INFINITY);
        double high = orElse(schema.getMaximum(), Double.POSITIVE_INFINITY);
        if (value < low || value > high) {
            error(
                    path,
                    "must be "
                            + (low == Double.NEGATIVE_INFINITY
                                    ? "at most " + text(high)
                                    : high == Double.POSITIVE_INFINITY
                                            ? "at least " + text(low)
                                            : "from " + text(low) + " to " + text(high))
                            + ", and is " + text(value));
        }
    }

    private static String guess(String name, Set<String> known) {
        return known.stream()
                .filter(one -> one.equalsIgnoreCase(name)
                        || one.equalsIgnoreCase(name + "s")
                        || name.equalsIgnoreCase(one + "s"))
                .findFirst()
                .map(one -> ": is " + one + " meant?")
                .orElse("; known here: " + String.join(", ", known));
    }

    private static double orElse(@Nullable Double value, double otherwise) {
        return value == null ? otherwise : value;
    }

    private static String text(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private void error(String path, String message) {
        errors.add(new FieldError(path, message));
    }
}
