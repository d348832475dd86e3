package dev.steelyard.crds.generate;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Adds to a generated definition what the generator's annotations cannot say: bounds that follow from a text format, kinds of
 * lists, descriptions of whole objects, the order of columns.
 */
final class SchemaRefinement {

    /** RFC 3339 with nanoseconds and an offset is 35 characters long. */
    private static final long MAX_DATE_TIME = 40;

    /** A port's name; the bound holds for the text only. */
    private static final long MAX_INT_OR_STRING = 63;

    /** Lists of objects that are told apart by one field, so that several writers may each own theirs. */
    private static final Map<String, String> MAP_KEYS = Map.of("listeners", "name", "conditions", "type");

    /** Lists of names in which a second mention can only be a mistake. */
    private static final Set<String> SETS = Set.of(
            "hosts",
            "virtualAddresses",
            "policies",
            "methods",
            "contentTypes",
            "acceptTypes",
            "sourceCIDRs",
            "trustedProxies",
            "algorithms",
            "types",
            "retryOn",
            "allowOrigins",
            "allowMethods",
            "allowHeaders",
            "exposeHeaders",
            "remove",
            "audiences",
            "ignoreQuery");

    private SchemaRefinement() {}

    /** Refines a definition of one version, in place. */
    static void refine(CustomResourceDefinition definition, Class<? extends CustomResource<?, ?>> kind) {
        CustomResourceDefinitionVersion version =
                definition.getSpec().getVersions().getFirst();
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        Class<?> spec = typeArgument(kind, 0);
        Class<?> status = typeArgument(kind, 1);
        root.setDescription(description(kind));
        property(root, "spec").setDescription(description(spec));
        property(root, "status").setDescription(description(status));
        root.setRequired(spec.getRecordComponents().length == 0 ? List.of() : List.of("spec"));
        refine("", root);
        order(version.getAdditionalPrinterColumns(), kind);
    }

    /** A property that every kind has. */
    static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    static void refine(String name, JSONSchemaProps schema) {
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            schema.setMaxLength(MAX_INT_OR_STRING);
        } else if ("string".equals(schema.getType())) {
            refineText(schema);
        } else if ("array".equals(schema.getType())) {
            refineList(name, schema);
        }
        schema.getProperties().forEach(SchemaRefinement::refine);
    }

    private static void refineText(JSONSchemaProps schema) {
        if ("date-time".equals(schema.getFormat())) {
            schema.setMaxLength(MAX_DATE_TIME);
        }
        TextFormat.of(schema.getPattern()).ifPresent(format -> {
            schema.setMinLength(format.minLength() == 0 ? null : (long) format.minLength());
            schema.setMaxLength((long) format.maxLength());
            schema.setFormat(format.format());
        });
    }

    private static void refineList(String name, JSONSchemaProps schema) {
        JSONSchemaProps items = schema.getItems().getSchema();
        if (MAP_KEYS.containsKey(name)) {
            schema.setXKubernetesListType("map");
            schema.setXKubernetesListMapKeys(List.of(MAP_KEYS.get(name)));
        } else {
            schema.setXKubernetesListType(SETS.contains(name) && "string".equals(items.getType()) ? "set" : "atomic");
        }
        refine("", items);
    }

    /** The generator sorts columns by path; people read them in the order of the annotations. */
    private static void order(List<CustomResourceColumnDefinition> columns, Class<?> kind) {
        List<String> paths = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::jsonPath)
                .toList();
        List<CustomResourceColumnDefinition> sorted = new ArrayList<>(columns);
        sorted.sort(Comparator.comparingInt(column -> paths.indexOf(column.getJsonPath())));
        columns.clear();
        columns.addAll(sorted);
    }

    private static String description(Class<?> type) {
        return type.getAnnotation(JsonClassDescription.class).value();
    }

    private static Class<?> typeArgument(Class<?> kind, int index) {
        return (Class<?>) ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments()[index];
    }
}
