package dev.steelyard.operator.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.operator.compile.Compiler;
import dev.steelyard.operator.inputs.InputsBuilder;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thousand virtual services on one port. */
class ManyServicesTest {

    private static final Logger LOG = LoggerFactory.getLogger(ManyServicesTest.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int COUNT = 1000;

    @Test
    void oneChangedObjectIsCompiledAlone() {
        Resolver resolver = new Resolver();
        Compiler compiler = new Compiler();
        Inputs before = inputs(objects(-1), LastGood.NONE);
        long start = THREADS.getCurrentThreadCpuTime();
        Resolution first = resolver.resolve(before);
        SortedMap<ObjectKey, Snapshot> snapshots = compiler.compile(first);
        snapshots.values().forEach(SnapshotCodec::encode);
        LOG.info(
                "{} virtual services, cold: {} of CPU",
                COUNT,
                Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start));
        assertThat(first.problems()).isEmpty();
        assertThat(compiler.compiled()).isEqualTo(COUNT);

        Inputs after = inputs(objects(500), first.lastGood());
        start = THREADS.getCurrentThreadCpuTime();
        Resolution second = resolver.resolve(after);
        SortedMap<ObjectKey, Snapshot> changed = compiler.compile(second);
        LOG.info("one changed: {} of CPU", Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start));
        assertThat(compiler.compiled()).isEqualTo(1);
        ObjectKey key = new ObjectKey("default", "s500");
        changed.forEach((one, snapshot) -> {
            if (one.equals(key)) {
                assertThat(snapshot).isNotEqualTo(snapshots.get(one));
            } else {
                assertThat(snapshot).isSameAs(snapshots.get(one));
            }
        });
    }

    @Test
    void onlyCertificatesThatAreShownAreChecked() throws IOException {
        String secret = Files.readString(Path.of("src/test/resources/golden/https/in.yaml"))
                .lines()
                .dropWhile(line -> !line.equals("type: kubernetes.io/tls"))
                .takeWhile(line -> !line.equals("---"))
                .collect(Collectors.joining("\n"));
        List<HasMetadata> objects = new ArrayList<>();
        for (int i = 0; i < 2 * COUNT; i++) {
            objects.add(Serialization.unmarshal(
                    "kind: Secret\nmetadata: {name: s" + i + ", namespace: default}\n" + secret, Secret.class));
        }
        for (int i = 0; i < COUNT; i++) {
            objects.add(Serialization.unmarshal(
                    "{\"metadata\":{\"name\":\"s" + i + "\",\"namespace\":\"default\"},\"spec\":{\"listeners\":"
                            + "[{\"name\":\"web\",\"port\":443,\"protocol\":\"HTTPS\",\"tls\":{\"certificates\":"
                            + "[{\"secretName\":\"s" + i + "\"}]}}],\"hosts\":[\"s" + i
                            + ".example.com\"],\"pool\":\"web\"}}",
                    VirtualService.class));
        }
        Resolver resolver = new Resolver();
        long start = THREADS.getCurrentThreadCpuTime();
        Resolution first = resolver.resolve(inputs(objects, LastGood.NONE));
        LOG.info(
                "{} HTTPS virtual services, cold: {} of CPU",
                COUNT,
                Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start));
        assertThat(first.lastGood().certificates()).hasSize(COUNT);
        assertThat(resolver.certificatesChecked()).isEqualTo(COUNT);

        start = THREADS.getCurrentThreadCpuTime();
        var _ = resolver.resolve(inputs(objects, first.lastGood()));
        LOG.info("again: {} of CPU", Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start));
        assertThat(resolver.certificatesChecked()).isZero();
    }

    @Test
    void equalInputsGiveEqualBytes() {
        SortedMap<ObjectKey, Snapshot> one =
                new Compiler().compile(new Resolver().resolve(inputs(objects(3), LastGood.NONE)));
        SortedMap<ObjectKey, Snapshot> other =
                new Compiler().compile(new Resolver().resolve(inputs(objects(3), LastGood.NONE)));
        assertThat(digests(one)).isEqualTo(digests(other));
    }

    private static List<String> digests(SortedMap<ObjectKey, Snapshot> snapshots) {
        return snapshots.values().stream()
                .map(snapshot -> SnapshotCodec.encode(snapshot).digest())
                .toList();
    }

    private static Inputs inputs(List<HasMetadata> objects, LastGood lastGood) {
        return new InputsBuilder()
                .addAll(objects)
                .build(lastGood, Settings.cluster(), Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** Read anew each time, as an informer does. */
    private static List<HasMetadata> objects(int changed) {
        List<HasMetadata> objects = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            String meta = "\"metadata\":{\"name\":\"s" + i + "\",\"namespace\":\"default\",\"generation\":"
                    + (i == changed ? 2 : 1) + ",\"creationTimestamp\":\"2026-01-01T00:00:00Z\"}";
            objects.add(Serialization.unmarshal(
                    "{" + meta + ",\"spec\":{\"listeners\":[{\"name\":\"web\",\"port\":80,\"protocol\":\"HTTP\"}],"
                            + "\"hosts\":[\"s" + i + ".example.com\"],\"pool\":\"s" + i + "\",\"routes\":[{\"match\":"
                            + "[{\"path\":{\"type\":\"Prefix\",\"value\":\"/api\"}}],\"pools\":[{\"name\":\"s" + i
                            + "\"}]}]}}",
                    VirtualService.class));
            objects.add(Serialization.unmarshal(
                    "{" + meta + ",\"spec\":{\"members\":[{\"service\":{\"name\":\"s" + i
                            + "\"}}],\"healthCheck\":{\"type\":\"HTTP\",\"path\":\"/healthz\"}}}",
                    Pool.class));
            objects.add(Serialization.unmarshal(
                    "{" + meta + ",\"spec\":{\"ports\":[{\"name\":\"http\",\"port\":80}]}}", Service.class));
        }
        return objects;
    }
}
