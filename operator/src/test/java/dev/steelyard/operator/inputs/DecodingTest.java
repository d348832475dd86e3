package dev.steelyard.operator.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.operator.resolve.Resolver;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Objects whose schema is newer than this release. */
class DecodingTest {

    private static final ObjectKey NEWER = new ObjectKey("shop", "newer");
    private static final String GOOD = pool("good", 1, "RoundRobin");
    private static final String UNKNOWN = pool("newer", 2, "Clairvoyant");

    private final KubernetesSerialization serialization = Decoding.serialization();

    @Test
    void anUnknownValueInOneObjectOfAListHurtsOnlyThat() {
        List<Pool> pools = list(GOOD, UNKNOWN, pool("after", 1, "LeastConnections"));

        assertThat(pools)
                .extracting(Decoding::defect)
                .satisfiesExactly(
                        good -> assertThat(good).isEmpty(),
                        newer -> assertThat(newer)
                                .startsWith("spec.algorithm: Clairvoyant is not known to this release"),
                        after -> assertThat(after).isEmpty());
    }

    @Test
    void anUnknownValueInAWatchedChangeIsMarkedAsWell() {
        serialization.registerKubernetesResource(Pool.class);
        WatchEvent event =
                serialization.unmarshal("{\"type\":\"MODIFIED\",\"object\":" + UNKNOWN + "}", WatchEvent.class);

        assertThat(Decoding.defect((HasMetadata) event.getObject())).startsWith("spec.algorithm: Clairvoyant");
        assertThat(Decoding.defect(serialization.clone((Pool) event.getObject())))
                .startsWith("spec.algorithm: Clairvoyant");
    }

    @Test
    void whatIsMarkedIsRefusedAndItsLastGoodSpecStays() {
        LastGood lastGood =
                resolve(LastGood.NONE, pool("newer", 1, "RoundRobin")).lastGood();

        Resolution resolution = resolve(lastGood, UNKNOWN);

        assertThat(resolution.problems(ObjectRef.pool(NEWER)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.effect()).isEqualTo(Problem.Effect.REFUSED));
        assertThat(Objects.requireNonNull(resolution.pools().get(NEWER))
                        .declared()
                        .generation())
                .isEqualTo(1);
    }

    private Resolution resolve(LastGood lastGood, String... pools) {
        return new Resolver()
                .resolve(new InputsBuilder()
                        .addAll(list(pools))
                        .build(lastGood, Settings.cluster(), Instant.parse("2026-01-01T00:00:00Z")));
    }

    private List<Pool> list(String... pools) {
        return serialization
                .unmarshal(
                        "{\"apiVersion\":\"steelyard.dev/v1alpha1\",\"kind\":\"PoolList\",\"items\":["
                                + String.join(",", pools) + "]}",
                        Pools.class)
                .getItems();
    }

    private static final class Pools extends DefaultKubernetesResourceList<Pool> {}

    private static String pool(String name, int generation, String algorithm) {
        return """
                {"apiVersion": "steelyard.dev/v1alpha1", "kind": "Pool",
                 "metadata": {"name": "%s", "namespace": "shop", "generation": %d, "creationTimestamp": "2026-01-01T00:00:00Z"},
                 "spec": {"algorithm": "%s", "members": [{"address": "192.0.2.1", "port": 80}]}}""".formatted(name, generation, algorithm);
    }
}
