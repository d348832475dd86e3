package dev.steelyard.operator.standalone;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.ObjectRef.Kind;
import dev.steelyard.operator.schema.FieldError;
import dev.steelyard.operator.schema.KindSchema;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the objects of YAML or JSON text, each held to its schema. Not thread-safe. */
final class ObjectReader {

    private static final String API_VERSION = "steelyard.dev/v1alpha1";

    private static final Map<String, Known> KINDS = Map.of(
            API_VERSION + "/VirtualService",
            new Known(Kind.VIRTUAL_SERVICE, VirtualService.class),
            API_VERSION + "/Pool",
            new Known(Kind.POOL, Pool.class),
            API_VERSION + "/Policy",
            new Known(Kind.POLICY, Policy.class),
            "v1/Service",
            new Known(Kind.SERVICE, Service.class),
            "v1/Secret",
            new Known(Kind.SECRET, Secret.class),
            "discovery.k8s.io/v1/EndpointSlice",
            new Known(Kind.ENDPOINT_SLICE, EndpointSlice.class));

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private final Map<Kind, KindSchema> schemas = new EnumMap<>(Kind.class);

    private record Known(Kind kind, Class<? extends HasMetadata> type) {}

    /**
     * What a file holds.
     *
     * @param objects good ones
     * @param refused those that are there and do not fit their schema
     * @param complaints why
     * @param readable whether the file could be read to its end
     */
    record Result(List<FileObject> objects, List<ObjectRef> refused, List<Complaint> complaints, boolean readable) {}

    /** Reads a whole file. */
    Result read(String file, String text) {
        Result result = new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), true);
        List<JsonNode> documents = new ArrayList<>();
        try (MappingIterator<JsonNode> iterator = yaml.readerFor(JsonNode.class).readValues(text)) {
            while (iterator.hasNextValue()) {
                documents.add(iterator.nextValue());
            }
        } catch (JsonProcessingException e) {
            return unreadable(file, e);
        } catch (IOException e) {
            throw new IllegalStateException("reading a text cannot fail", e);
        }
        documents.forEach(document -> document(file, document, result));
        return result;
    }

    private static Result unreadable(String file, JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        String where = at == null ? file : file + ":" + at.getLineNr();
        String what = e.getOriginalMessage().lines().findFirst().orElse("");
        return new Result(List.of(), List.of(), List.of(Complaint.error(where, "", "", "is not YAML: " + what)), false);
    }

    private void document(String file, JsonNode document, Result result) {
        if (document.isNull() || document.isMissingNode()) {
            return;
        }
        if (!(document instanceof ObjectNode object)) {
            result.complaints.add(Complaint.error(file, "", "", "holds something that is no Kubernetes object"));
            return;
        }
        String apiVersion = object.path("apiVersion").asText();
        String kind = object.path("kind").asText();
        if (kind.equals("List") && apiVersion.equals("v1")) {
            object.path("items").forEach(item -> document(file, item, result));
            return;
        }
        String name = object.path("metadata").path("name").asText();
        String namespace = object.path("metadata").path("namespace").asText("default");
        Known known = KINDS.get(apiVersion + "/" + kind);
        if (known == null) {
            unknown(file, apiVersion, kind, name).ifPresent(result.complaints::add);
            return;
        }
        if (!NAME.matcher(name).matches()) {
            result.complaints.add(Complaint.error(
                    file,
                    kind + "/" + name,
                    "metadata.name",
                    name.isEmpty() ? "is required" : "may hold a-z, 0-9, - and . only"));
            return;
        }
        ObjectRef ref = new ObjectRef(known.kind, new ObjectKey(namespace, name));
        object.withObject("/metadata").put("namespace", namespace);
        object.remove("status"); // not the user's to write; kubectl get -o yaml leaves it in
        List<FieldError> errors = check(known, object);
        if (errors.isEmpty()) {
            try {
                result.objects.add(new FileObject(file, ref, yaml.treeToValue(object, known.type)));
                return;
            } catch (JsonProcessingException e) {
                errors = List.of(new FieldError("", "is no " + kind + ": " + firstLine(e)));
            }
        }
        result.refused.add(ref);
        errors.forEach(
                error -> result.complaints.add(Complaint.error(file, ref.toString(), error.field(), error.message())));
    }

    private List<FieldError> check(Known known, ObjectNode object) {
        return switch (known.kind) {
            case VIRTUAL_SERVICE, POOL, POLICY ->
                schemas.computeIfAbsent(known.kind, kind -> KindSchema.of(known.type))
                        .check(object);
            case SERVICE, SECRET, ENDPOINT_SLICE -> List.of();
        };
    }

    /** Other applications' objects are passed over: a folder may hold a Deployment beside its VirtualService. */
    private static Optional<Complaint> unknown(String file, String apiVersion, String kind, String name) {
        String object = kind.isEmpty() ? "" : kind + "/" + name;
        if (kind.isEmpty() || apiVersion.isEmpty()) {
            return Optional.of(Complaint.error(file, object, kind.isEmpty() ? "kind" : "apiVersion", "is required"));
        }
        if (apiVersion.startsWith("steelyard.dev/") && !kind.equals("DataplaneNode")) {
            return Optional.of(Complaint.error(
                    file,
                    object,
                    "",
                    "there is no kind " + kind + " in " + apiVersion + "; there are VirtualService, Pool and Policy in "
                            + API_VERSION));
        }
        return Optional.empty();
    }

    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
