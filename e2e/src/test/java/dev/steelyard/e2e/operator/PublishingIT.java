package dev.steelyard.e2e.operator;

import static dev.steelyard.e2e.operator.ControlPlane.SNAPSHOTS;
import static dev.steelyard.e2e.operator.ControlPlane.eventually;
import static dev.steelyard.e2e.operator.ControlPlane.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.e2e.program.SteelyardProcess;
import dev.steelyard.snapshot.Index;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the operator keeps in the snapshots' namespace, whatever happens to it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishingIT {
    private static final int MANY = 1000;

    private ControlPlane plane;
    private SteelyardProcess operator;

    @BeforeAll
    void start() {
        plane = new ControlPlane();
        operator = plane.operator("--sweep-grace", "2");
    }

    @AfterAll
    void stop() {
        operator.close();
        plane.close();
    }

    @Test
    void anAppliedVirtualServiceIsPublishedAndADeletedOneIsNot() {
        plane.apply(service("shop", 80));
        eventually().until(() -> plane.snapshot("shop").isPresent());
        assertThat(plane.snapshot("shop").orElseThrow().hosts()).containsExactly("shop.example.com");
        assertThat(plane.snapshot("shop").orElseThrow().generation()).isEqualTo(1);

        plane.kubectl().get("delete", "svs", "shop");
        eventually().until(() -> plane.snapshot("shop").isEmpty());
    }

    @Test
    void editsArePublishedOneByOne() {
        plane.apply(service("fast", 8080));
        eventually().until(() -> plane.snapshot("fast").isPresent());
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String host = "fast" + i + ".example.com";
            long begin = System.nanoTime();
            plane.client()
                    .resources(VirtualService.class)
                    .inNamespace("default")
                    .withName("fast")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"hosts\":[\"" + host + "\"]}}");
            await().atMost(ControlPlane.LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> plane.snapshot("fast").orElseThrow().hosts().contains(host));
            millis.add((System.nanoTime() - begin) / 1_000_000);
        }
        Collections.sort(millis);
        System.out.println("from edit to index, ms: median " + millis.get(10) + ", all " + millis);
    }

    @Test
    void whatOthersDeleteOrSpoilIsMended() {
        plane.apply(service("mended", 8081));
        eventually().until(() -> plane.snapshot("mended").isPresent());
        String name = plane.secretOf("mended");

        plane.kubectl().get("delete", "secret", "-n", SNAPSHOTS, name);
        eventually().until(() -> plane.snapshot("mended").isPresent());

        operator.signal("STOP");
        plane.kubectl().get("delete", "secret", "-n", SNAPSHOTS, name);
        plane.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, namespace: %s, labels: {steelyard.dev/snapshot: "true"}}
                data: {snapshot: Z2FyYmFnZQ==}
                """.formatted(name, SNAPSHOTS));
        operator.signal("CONT");
        eventually().until(() -> plane.snapshot("mended").isPresent());

        long revision = plane.index().orElseThrow().revision();
        plane.kubectl().get("delete", "secret", "-n", SNAPSHOTS, "index");
        eventually().until(() -> plane.index().orElseThrow().revision() > revision);
        assertThat(plane.snapshot("mended")).isPresent();

        plane.kubectl()
                .get("patch", "secret", "index", "-n", SNAPSHOTS, "-p", "{\"data\":{\"index\":\"Z2FyYmFnZQ==\"}}");
        eventually().until(() -> plane.snapshot("mended").isPresent());
    }

    @Test
    void snapshotsThatNoIndexNamesAreSweptAndTheOthersStay() {
        plane.apply(service("swept", 8082) + service("stays1", 8083) + service("stays2", 8084));
        eventually()
                .until(() -> plane.snapshot("swept").isPresent()
                        && plane.snapshot("stays1").isPresent()
                        && plane.snapshot("stays2").isPresent());
        String old = plane.secretOf("swept");
        plane.kubectl()
                .get("patch", "svs", "swept", "--type=merge", "-p", "{\"spec\":{\"hosts\":[\"new.example.com\"]}}");
        eventually().until(() -> plane.snapshot("swept").orElseThrow().hosts().contains("new.example.com"));
        assertThat(secrets()).contains(old);

        eventually().atMost(Duration.ofSeconds(60)).until(() -> !secrets().contains(old));
        Index index = plane.index().orElseThrow();
        assertThat(secrets())
                .containsAll(index.snapshots().values().stream()
                        .flatMap(entry -> entry.secrets().stream())
                        .toList());
    }

    @Test
    void aThousandVirtualServicesArePublished() {
        String all = IntStream.range(0, MANY)
                .mapToObj(i -> service("many" + i, 9000))
                .collect(Collectors.joining());
        long begin = System.nanoTime();
        plane.kubectl().apply(all, Duration.ofMinutes(5)).requireSuccess();
        long applied = System.nanoTime();
        eventually().atMost(Duration.ofMinutes(2)).until(() -> many() == MANY);
        System.out.printf(
                "1,000 virtual services: applied in %.1f s, published %.1f s later%n",
                (applied - begin) / 1e9, (System.nanoTime() - applied) / 1e9);
        eventually().until(() -> plane.condition("many999", "Accepted").startsWith("TRUE/"));

        plane.client().resources(VirtualService.class).inNamespace("default").delete();
        plane.client().resources(Pool.class).inNamespace("default").delete();
        eventually().atMost(Duration.ofMinutes(2)).until(() -> many() == 0);
    }

    private long many() {
        return plane.index().orElseThrow().snapshots().keySet().stream()
                .filter(found -> found.name().startsWith("many"))
                .count();
    }

    private List<String> secrets() {
        return plane
                .client()
                .secrets()
                .inNamespace(SNAPSHOTS)
                .withLabel("steelyard.dev/snapshot", "true")
                .list()
                .getItems()
                .stream()
                .map(Secret::getMetadata)
                .map(metadata -> metadata.getName())
                .toList();
    }
}
