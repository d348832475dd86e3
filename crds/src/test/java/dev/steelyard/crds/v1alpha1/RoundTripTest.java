package dev.steelyard.crds.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing that a document says is lost or changed on its way through the records. */
class RoundTripTest {

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    @ParameterizedTest
    @CsvSource({
        "virtualservice.yaml, dev.steelyard.crds.v1alpha1.VirtualService",
        "pool.yaml, dev.steelyard.crds.v1alpha1.Pool",
        "policy.yaml, dev.steelyard.crds.v1alpha1.Policy",
        "dataplanenode.yaml, dev.steelyard.crds.v1alpha1.DataplaneNode"
    })
    void keepsEveryField(String file, Class<?> kind) throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(file))) {
            JsonNode document = serialization.unmarshal(in, JsonNode.class);
            JsonNode written = serialization.convertValue(serialization.convertValue(document, kind), JsonNode.class);
            List<String> lost = new ArrayList<>();
            compare("", document, written, lost);
            assertThat(lost).isEmpty();
            assertThat(serialization.convertValue(serialization.convertValue(written, kind), JsonNode.class))
                    .hasToString(written.toString());
        }
    }

    /** What is written may say more: the defaults. An empty text and an absent one mean the same. */
    private static void compare(String path, JsonNode document, JsonNode written, List<String> lost) {
        switch (document) {
            case ObjectNode object ->
                object.properties()
                        .forEach(entry -> compare(
                                path + "." + entry.getKey(), entry.getValue(), written.path(entry.getKey()), lost));
            case ArrayNode array
            when array.size() == written.size() -> {
                for (int i = 0; i < array.size(); i++) {
                    compare(path + "[" + i + "]", array.get(i), written.get(i), lost);
                }
            }
            default -> {
                if (!document.asText().equals(written.asText())) {
                    lost.add(path + ": " + document + " became " + written);
                }
            }
        }
    }
}
