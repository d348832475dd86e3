package dev.steelyard.operator.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steelyard.operator.address.Cidr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

    void walk(String path, Schema schema, JsonNode value) {
        if (schema.intOrString()) {
            if (value.isTextual()) {
                text(path, schema, value.asText());
            } else if (!value.isInt()) {
                error(path, "must be a number or a text");
            }
            return;
        }
        switch (schema.type()) {
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

    private void object(String path, Schema schema, ObjectNode object) {
        Map<String, Schema> fields = schema.properties();
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
            JsonNode fallback = field.fallback();
            if (!object.has(name) && fallback != null) {
                object.set(name, fallback.deepCopy());
            }
        });
        for (String name : schema.required()) {
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

    private void array(String path, Schema schema, JsonNode array) {
        double least = schema.number("minItems", 0);
        double most = schema.number("maxItems", Double.POSITIVE_INFINITY);
        if (array.size() < least) {
            error(path, "needs at least " + text(least) + " entries");
        }
        if (array.size() > most) {
            error(path, "may have at most " + text(most) + " entries, and has " + array.size());
            return;
        }
        Schema items = schema.items();
        for (int i = 0; i < array.size(); i++) {
            walk(path + "[" + i + "]", items, array.get(i));
        }
        unique(path, schema, array);
    }

    private void unique(String path, Schema schema, JsonNode array) {
        String type = schema.text("x-kubernetes-list-type");
        boolean map = type.equals("map");
        if (!map && !type.equals("set")) {
            return;
        }
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < array.size(); i++) {
            JsonNode entry = array.get(i);
            List<JsonNode> identity =
                    map ? schema.mapKeys().stream().map(entry::path).toList() : List.of(entry);
            if (!seen.add(identity)) {
                error(
                        path + "[" + i + "]",
                        identity.stream().map(JsonNode::asText).collect(Collectors.joining("/"))
                                + " is in the list already");
            }
        }
    }

    private void text(String path, Schema schema, String value) {
        List<String> allowed = schema.allowed();
        if (!allowed.isEmpty()) {
            if (!allowed.contains(value)) {
                error(path, "must be one of " + String.join(", ", allowed) + ", and is " + value);
            }
            return;
        }
        int length = value.codePointCount(0, value.length());
        double least = schema.number("minLength", 0);
        double most = schema.number("maxLength", Double.POSITIVE_INFINITY);
        if (length < least) {
            error(path, length == 0 ? "must not be empty" : "needs at least " + text(least) + " characters");
        } else if (length > most) {
            error(path, "may have at most " + text(most) + " characters");
        } else if (!schema.fits(value)) {
            error(path, "\"" + value + "\" is not of the form " + schema.text("pattern"));
        } else if (schema.text("format").equals("cidr") && Cidr.parse(value).isEmpty()) {
            error(path, value + " is no address block such as 10.0.0.0/8");
        }
    }

    private void number(String path, Schema schema, double value) {
        double low = schema.number("minimum", Double.NEGATIVE_INFINITY);
        double high = schema.number("maximum", Double.POSITIVE_INFINITY);
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

    private static String text(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private void error(String path, String message) {
        errors.add(new FieldError(path, message));
    }
}
