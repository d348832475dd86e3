package dev.steelyard.operator.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A structural schema: the keywords that Steelyard's own definitions use, each taken from the JSON when first asked for. Not thread-safe.
 */
final class Schema {

    private final JsonNode keywords;
    private @Nullable Map<String, Schema> properties;
    private @Nullable Schema items;
    private @Nullable List<Rule> rules;
    private @Nullable Pattern pattern;

    Schema(JsonNode keywords) {
        this.keywords = keywords;
    }

    /**
     * A rule in CEL.
     *
     * @param fieldPath where in the value it is that is wrong; may be empty
     */
    record Rule(String expression, String message, String fieldPath) {}

    /** Empty if it is a number or a text. */
    String type() {
        return keywords.path("type").asText();
    }

    boolean intOrString() {
        return keywords.path("x-kubernetes-int-or-string").asBoolean();
    }

    /** In the order of the definition. */
    Map<String, Schema> properties() {
        Map<String, Schema> made = properties;
        if (made == null) {
            made = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> field : keywords.path("properties").properties()) {
                made.put(field.getKey(), new Schema(field.getValue()));
            }
            properties = made;
        }
        return made;
    }

    /** Of a list's entries. */
    Schema items() {
        Schema made = items;
        if (made == null) {
            made = new Schema(keywords.path("items"));
            items = made;
        }
        return made;
    }

    List<Rule> rules() {
        List<Rule> made = rules;
        if (made == null) {
            made = new ArrayList<>();
            for (JsonNode rule : keywords.path("x-kubernetes-validations")) {
                made.add(new Rule(
                        rule.path("rule").asText(),
                        rule.path("message").asText(),
                        rule.path("fieldPath").asText()));
            }
            rules = made;
        }
        return made;
    }

    List<String> required() {
        return texts("required");
    }

    /** Empty: any. */
    List<String> allowed() {
        return texts("enum");
    }

    List<String> mapKeys() {
        return texts("x-kubernetes-list-map-keys");
    }

    /** What stands for an absent value. */
    @Nullable
    JsonNode fallback() {
        return keywords.get("default");
    }

    /** A keyword that is a text; empty if it is not there. */
    String text(String keyword) {
        return keywords.path(keyword).asText();
    }

    /** A keyword that is a number. */
    double number(String keyword, double otherwise) {
        return keywords.path(keyword).asDouble(otherwise);
    }

    /** Whether a text has the form that is asked for, if any. */
    boolean fits(String value) {
        if (!keywords.has("pattern")) {
            return true;
        }
        Pattern made = pattern;
        if (made == null) {
            made = Pattern.compile(text("pattern"));
            pattern = made;
        }
        return made.matcher(value).find();
    }

    private List<String> texts(String keyword) {
        List<String> texts = new ArrayList<>();
        keywords.path(keyword).forEach(one -> texts.add(one.asText()));
        return texts;
    }
}
