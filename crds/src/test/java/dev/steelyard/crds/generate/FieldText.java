package dev.steelyard.crds.generate;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Cells of the table that describes a field. */
final class FieldText {

    private FieldText() {}

    /** Where an object, or those in a list, are described. */
    static String path(String path, JSONSchemaProps field) {
        return "array".equals(field.getType()) ? path + "[]" : path;
    }

    /** The type of the field at a path, linked to the section that describes it if it is an object. */
    static String type(String path, JSONSchemaProps field) {
        if (Boolean.TRUE.equals(field.getXKubernetesIntOrString())) {
            return "integer or string";
        }
        if ("array".equals(field.getType())) {
            return "list of " + type(path, field.getItems().getSchema());
        }
        if (!field.getProperties().isEmpty()) {
            return "[object](#" + path.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT) + ")";
        }
        return field.getEnum().isEmpty() ? field.getType() : "enum";
    }

    static String byDefault(JSONSchemaProps field) {
        return field.getDefault() == null ? "" : "`" + cell(field.getDefault().toString()) + "`";
    }

    /** What is allowed, in the order: choice, number, length, form, then those of a list's items. */
    static String bounds(JSONSchemaProps field) {
        List<String> bounds = new ArrayList<>();
        if (!field.getEnum().isEmpty()) {
            bounds.add(field.getEnum().stream()
                    .map(JsonNode::asText)
                    .map(value -> "`" + value + "`")
                    .collect(Collectors.joining(", ")));
        }
        if (field.getMinimum() != null || field.getMaximum() != null) {
            bounds.add(range(number(field.getMinimum()), number(field.getMaximum()), ""));
        }
        if (field.getMaxItems() != null) {
            bounds.add(range(text(field.getMinItems()), text(field.getMaxItems()), " items"));
        }
        text(field).ifPresent(bounds::add);
        if ("array".equals(field.getType())) {
            String items = bounds(field.getItems().getSchema());
            if (!items.isEmpty()) {
                bounds.add("each: " + items);
            }
        }
        return String.join("; ", bounds);
    }

    private static Optional<String> text(JSONSchemaProps field) {
        if (field.getMaxLength() == null || "date-time".equals(field.getFormat())) {
            return Optional.ofNullable(field.getFormat());
        }
        Optional<String> known = TextFormat.of(field.getPattern()).map(TextFormat::words);
        if (known.isPresent()) {
            return known;
        }
        String length = range(text(field.getMinLength()), text(field.getMaxLength()), " characters");
        return Optional.of(field.getPattern() == null ? length : "`" + cell(field.getPattern()) + "`; " + length);
    }

    /** Text that does not end a cell. */
    static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }

    private static String range(String low, String high, String unit) {
        return (low.isEmpty() ? "at most " + high : low + " to " + high) + unit;
    }

    private static String number(Double value) {
        return value == null ? "" : value == Math.rint(value) ? Long.toString(value.longValue()) : value.toString();
    }

    private static String text(Long value) {
        return value == null ? "" : value.toString();
    }
}
