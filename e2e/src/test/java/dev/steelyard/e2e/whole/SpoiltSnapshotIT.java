package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.DataplaneNode;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.cluster.StoppableCluster;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Published;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Whatever becomes of what is stored, nodes serve what was good last and say what is wrong; the operator mends it. */
class SpoiltSnapshotIT {
    private final Installed installed = Installed.shared();
    private final StoppableCluster cluster = installed.cluster();
    private final Node node = installed.node();

    @Test
    void aTruncatedSnapshotIsReportedServedFromTheCacheAndMended() {
        String host = "truncated.example.com";
        try (Tenant tenant = installed.tenant("truncated");
                EchoServer a = Installed.backend("a")) {
            ObjectKey key = publish(tenant, 8131, host, a);
            byte[] whole = Published.snapshot(cluster, key);
            awaitKept(tenant);
            installed.operator().signal("STOP");
            try {
                Published.spoil(cluster, key, Arrays.copyOf(whole, whole.length / 2));
            } finally {
                installed.operator().signal("CONT");
            }
            try {
                node.dataplane().kill();
                node.dataplane().restart().awaitReady();
                tenant.awaitAnswers(8131, host, a);
                eventually().untilAsserted(() -> {
                    List<DataplaneNodeStatus.Rejected> rejected = rejected(key);
                    assertThat(rejected).hasSize(1);
                    assertThat(rejected.getFirst().reason()).contains("cut short or corrupt");
                });
                eventually().untilAsserted(() -> {
                    assertThat(tenant.condition("spoilt", "Programmed")).startsWith("FALSE");
                    assertThat(tenant.kubectl().get("describe", "svs", "spoilt"))
                            .contains(node.name())
                            .contains("cut short or corrupt");
                });
            } finally {
                Published.release(cluster, key);
            }
            tenant.awaitCondition("spoilt", "Programmed", "TRUE");
            eventually().untilAsserted(() -> assertThat(rejected(key)).isEmpty());
            assertThat(Published.snapshot(cluster, key)).isEqualTo(whole);
            tenant.awaitAnswers(8131, host, a);
        }
    }

    @Test
    void anIndexOfAnOlderEpochIsRefusedAndReplaced() {
        String host = "older.example.com";
        try (Tenant tenant = installed.tenant("older");
                EchoServer a = Installed.backend("a")) {
            ObjectKey key = publish(tenant, 8132, host, a);
            try (Load load =
                    Load.on(node.target(8132, host, "/").expectingOneOf("a")).start()) {
                installed.operator().signal("STOP");
                Index index = Published.index(cluster);
                SortedMap<ObjectKey, Index.Entry> entries = new TreeMap<>(index.snapshots());
                entries.put(key, new Index.Entry("0".repeat(64), List.of("svs-of-the-past-0")));
                Published.writeIndex(
                        cluster, new Index(index.formatVersion(), index.epoch() - 1, index.revision() + 1, entries));
                eventually()
                        .untilAsserted(() -> assertThat(report().rejected())
                                .anySatisfy(one -> assertThat(one.reason())
                                        .contains("named by an index of epoch " + (index.epoch() - 1))));
                assertThat(report().appliedRevision()).isEqualTo(index.revision());
                installed.operator().signal("CONT");
                eventually().untilAsserted(() -> {
                    assertThat(report().rejected()).isEmpty();
                    assertThat(report().appliedRevision()).isGreaterThan(index.revision());
                });
                tenant.awaitProgrammed("spoilt");
                load.stop().requireNoFailures(100);
            } finally {
                installed.operator().signal("CONT");
            }
        }
    }

    @Test
    void aSnapshotOfANewerFormatIsRefusedAndReplaced() {
        String host = "newer.example.com";
        try (Tenant tenant = installed.tenant("newer");
                EchoServer a = Installed.backend("a")) {
            ObjectKey key = publish(tenant, 8133, host, a);
            try (Load load =
                    Load.on(node.target(8133, host, "/").expectingOneOf("a")).start()) {
                installed.operator().signal("STOP");
                String json = unzipped(Published.snapshot(cluster, key))
                        .replaceFirst("\"formatVersion\":\\d+", "\"formatVersion\":99,\"hologram\":true");
                Published.add(cluster, key, "svs-of-the-future-0", zipped(json));
                Index index = Published.index(cluster);
                SortedMap<ObjectKey, Index.Entry> entries = new TreeMap<>(index.snapshots());
                entries.put(key, new Index.Entry(digest(json), List.of("svs-of-the-future-0")));
                Published.writeIndex(
                        cluster, new Index(index.formatVersion(), index.epoch(), index.revision() + 1, entries));
                eventually()
                        .untilAsserted(() -> assertThat(report().rejected()).anySatisfy(one -> {
                            assertThat(one.virtualService()).isEqualTo(key.toString());
                            assertThat(one.reason())
                                    .contains("format version 99 is newer")
                                    .contains("upgrade the dataplane");
                        }));
                installed.operator().signal("CONT");
                eventually().untilAsserted(() -> assertThat(report().rejected()).isEmpty());
                tenant.awaitProgrammed("spoilt");
                load.stop().requireNoFailures(100);
            } finally {
                installed.operator().signal("CONT");
            }
        }
    }

    @Test
    void aSpoiltCacheCostsNoMoreThanItHeld() {
        try (Tenant garbled = installed.tenant("garbled");
                Tenant intact = installed.tenant("intact");
                EchoServer a = Installed.backend("a")) {
            publish(garbled, 8134, "garbled.example.com", a);
            publish(intact, 8134, "intact.example.com", a);
            eventually()
                    .until(() ->
                            node.stateFiles("snapshots/" + garbled.namespace()).size() == 1
                                    && node.stateFiles("endpoints/" + intact.namespace())
                                                    .size()
                                            == 1
                                    && node.stateFiles("snapshots/" + intact.namespace())
                                                    .size()
                                            == 1);
            cluster.stopApiServer();
            try {
                node.dataplane().kill();
                node.stateFiles("snapshots/" + garbled.namespace()).forEach(SpoiltSnapshotIT::truncate);
                node.dataplane().restart();
                intact.awaitAnswers(8134, "intact.example.com", a);
                assertThat(node.get(8134, "garbled.example.com", "/").status()).isEqualTo(404);
                assertThat(node.dataplane().output())
                        .contains("snapshots/" + garbled.namespace() + "/spoilt is left out: cut short or corrupt");
            } finally {
                cluster.startApiServer();
            }
            garbled.awaitAnswers(8134, "garbled.example.com", a);
            garbled.awaitProgrammed("spoilt");
            eventually().untilAsserted(() -> assertThat(report().rejected()).isEmpty());
        }
    }

    private ObjectKey publish(Tenant tenant, int port, String host, EchoServer backend) {
        tenant.apply(all("spoilt", port, host, backend));
        tenant.awaitProgrammed("spoilt");
        tenant.awaitAnswers(port, host, backend);
        return new ObjectKey(tenant.namespace(), "spoilt");
    }

    /** What is served is kept on the node within a second. */
    private void awaitKept(Tenant tenant) {
        eventually()
                .until(() -> !node.stateFiles("snapshots/" + tenant.namespace()).isEmpty()
                        && !node.stateFiles("endpoints/" + tenant.namespace()).isEmpty());
    }

    private DataplaneNodeStatus report() {
        return Objects.requireNonNull(cluster.client()
                .resources(DataplaneNode.class)
                .withName(node.name())
                .require()
                .getStatus());
    }

    /** What the node says of this one; on a node that all share there may be others. */
    private List<DataplaneNodeStatus.Rejected> rejected(ObjectKey key) {
        return report().rejected().stream()
                .filter(rejected -> rejected.virtualService().equals(key.toString()))
                .toList();
    }

    private static void truncate(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unzipped(byte[] bytes) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] zipped(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
