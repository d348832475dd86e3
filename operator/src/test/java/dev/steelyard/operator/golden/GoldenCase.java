package dev.steelyard.operator.golden;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.compile.Compiler;
import dev.steelyard.operator.inputs.InputsBuilder;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.resolve.Inputs;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.operator.resolve.Resolver;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.snapshot.SnapshotCodec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One case, run.
 *
 * @param snapshots all of them, as JSON for people
 * @param status what the authors of the objects are told once a node serves all of it
 */
record GoldenCase(String snapshots, String status) {

    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "VirtualService", VirtualService.class,
            "Pool", Pool.class,
            "Policy", Policy.class,
            "Service", Service.class,
            "Secret", Secret.class,
            "Node", Node.class,
            "ServiceCIDR", ServiceCIDR.class);
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    static GoldenCase run(Path folder) throws IOException {
        Path before = folder.resolve("before.yaml");
        Resolver resolver = new Resolver();
        LastGood lastGood = Files.exists(before)
                ? resolver.resolve(inputs(before, LastGood.NONE)).lastGood()
                : LastGood.NONE;
        Inputs inputs = inputs(folder.resolve("in.yaml"), lastGood);
        Resolution resolution = resolver.resolve(inputs);
        String snapshots = new Compiler()
                .compile(resolution).values().stream()
                        .map(SnapshotCodec::pretty)
                        .collect(Collectors.joining(",\n", "[", "]\n"));
        return new GoldenCase(snapshots, status(inputs, resolution));
    }

    /** A document of kind Settings says what the administrator has decided. */
    private static Inputs inputs(Path file, LastGood lastGood) throws IOException {
        InputsBuilder inputs = new InputsBuilder();
        Settings settings = Settings.cluster();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
            for (JsonNode document : documents.readAll()) {
                String kind = document.path("kind").asText();
                if (kind.equals("Settings")) {
                    settings = settings(document);
                } else {
                    inputs.add(YAML.treeToValue(document, KINDS.get(kind)));
                }
            }
        }
        return inputs.build(lastGood, settings, NOW);
    }

    private static Settings settings(JsonNode document) {
        if (document.path("standalone").asBoolean()) {
            return Settings.standalone(9090, Settings.VirtualAddresses.REPLACED);
        }
        Settings cluster = Settings.cluster();
        List<Cidr> allowed = new ArrayList<>();
        document.path("allowedMembers").forEach(block -> allowed.add(Cidr.of(block.asText())));
        List<Cidr> denied = new ArrayList<>();
        document.path("deniedMembers").forEach(block -> denied.add(Cidr.of(block.asText())));
        return new Settings(
                true, allowed, denied, cluster.reservedPorts(), cluster.adminPort(), cluster.virtualAddresses());
    }

    private static String status(Inputs inputs, Resolution resolution) {
        TreeSet<ObjectRef> objects = new TreeSet<>();
        inputs.virtualServices().keySet().forEach(key -> objects.add(ObjectRef.virtualService(key)));
        inputs.pools().keySet().forEach(key -> objects.add(ObjectRef.pool(key)));
        inputs.policies().keySet().forEach(key -> objects.add(ObjectRef.policy(key)));
        GoldenStatuses statuses = new GoldenStatuses(inputs, resolution);
        StringBuilder text = new StringBuilder();
        for (ObjectRef object : objects) {
            List<Problem> problems = resolution.problems(object);
            text.append(object).append(":\n").append(statuses.of(object));
            if (!problems.isEmpty()) {
                text.append("  problems:\n");
            }
            for (Problem problem : problems) {
                text.append("  - ")
                        .append(problem.effect())
                        .append(' ')
                        .append(problem.reason().text())
                        .append(' ');
                text.append(problem.field())
                        .append(": ")
                        .append(problem.message())
                        .append('\n');
            }
        }
        return text.toString();
    }
}
