package dev.steelyard.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.snapshot.SnapshotFormatException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotSecretsTest {

    private static final ObjectKey SHOP = new ObjectKey("shop", "web");
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void whatIsStoredIsReadBack() throws SnapshotFormatException {
        Content content = content("key");
        SnapshotSecrets.Stored stored = SnapshotSecrets.store("steelyard-snapshots", SHOP, content);

        assertThat(SnapshotSecrets.load(stored.entry().digest(), stored.secrets()))
                .isEqualTo(content);
        assertThat(stored.secrets()).hasSize(1).allSatisfy(secret -> {
            assertThat(secret.getImmutable()).isTrue();
            assertThat(secret.getMetadata().getName()).matches("svs-[0-9a-f]{10}-[0-9a-f]{24}-0");
            assertThat(secret.getMetadata().getLabels()).containsEntry("steelyard.dev/snapshot", "true");
        });
    }

    @Test
    void theAcceptedSpecsAreTheLastGoodOnes() {
        Content content = content("key");
        var lastGood = content.accepted().lastGood(content.snapshot());
        assertThat(lastGood.virtualServices()).containsOnlyKeys(SHOP);
        assertThat(lastGood.pools()).containsOnlyKeys(new ObjectKey("shop", "pool"));
        assertThat(lastGood.certificates()).containsOnlyKeys(new ObjectKey("shop", "tls"));
    }

    @Test
    void equalContentHasEqualNamesAndOtherContentOthers() {
        assertThat(store(content("key")).entry())
                .isEqualTo(store(content("key")).entry());
        assertThat(store(content("key")).entry().secrets())
                .doesNotContainAnyElementsOf(store(content("other")).entry().secrets());
    }

    @Test
    void aLargeSnapshotIsSplitAndJoined() throws SnapshotFormatException {
        byte[] noise = new byte[1_500_000];
        new Random(1).nextBytes(noise);
        Content content = content(Base64.getEncoder().encodeToString(noise));
        SnapshotSecrets.Stored stored = store(content);

        assertThat(stored.secrets())
                .hasSizeGreaterThan(1)
                .allSatisfy(secret -> assertThat(secret.getData().values().stream()
                                .mapToInt(text -> Base64.getDecoder().decode(text).length)
                                .sum())
                        .isLessThan(1_048_576));
        assertThat(SnapshotSecrets.load(stored.entry().digest(), stored.secrets()))
                .isEqualTo(content);
    }

    @Test
    void manyAcceptedSpecsAreSplitAndJoined() throws SnapshotFormatException {
        byte[] noise = new byte[1_900_000];
        new Random(1).nextBytes(noise);
        Content content = content("key");
        Content large = new Content(
                content.snapshot(),
                new Accepted(
                        new Declared<>(
                                SHOP,
                                CREATED,
                                7,
                                content.accepted().virtualService().spec(),
                                Base64.getEncoder().encodeToString(noise)),
                        content.accepted().pools(),
                        List.of()));
        SnapshotSecrets.Stored stored = store(large);

        assertThat(stored.secrets())
                .hasSizeGreaterThan(1)
                .allSatisfy(secret -> assertThat(secret.getData().values().stream()
                                .mapToInt(text -> Base64.getDecoder().decode(text).length)
                                .sum())
                        .isLessThan(1_048_576));
        assertThat(SnapshotSecrets.load(stored.entry().digest(), stored.secrets()))
                .isEqualTo(large);
        assertThatThrownBy(() -> SnapshotSecrets.load(
                        stored.entry().digest(),
                        stored.secrets().subList(0, stored.secrets().size() - 1)))
                .isInstanceOf(SnapshotFormatException.class);
    }

    @Test
    void whatIsCutShortOrMissingIsRefused() {
        SnapshotSecrets.Stored stored = store(content("key"));
        Secret cut = stored.secrets().getFirst();
        byte[] bytes = SnapshotSecrets.data(cut, SnapshotSecrets.SNAPSHOT).orElseThrow();
        cut.getData()
                .put(
                        SnapshotSecrets.SNAPSHOT,
                        Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes, bytes.length / 2)));
        assertThatThrownBy(() -> SnapshotSecrets.load(stored.entry().digest(), List.of(cut)))
                .isInstanceOf(SnapshotFormatException.class);
        assertThatThrownBy(() -> SnapshotSecrets.load(stored.entry().digest(), new ArrayList<>()))
                .isInstanceOf(SnapshotFormatException.class);
    }

    private static SnapshotSecrets.Stored store(Content content) {
        return SnapshotSecrets.store("steelyard-snapshots", SHOP, content);
    }

    private static Content content(String privateKey) {
        KubernetesSerialization json = new KubernetesSerialization();
        VirtualServiceSpec spec = json.unmarshal("""
                        hosts: [shop.example.com]
                        listeners: [{name: web, port: 443, protocol: HTTPS, tls: {certificates: [{secretName: tls}]}}]
                        routes: [{name: api, match: [{path: {type: Prefix, value: /api}}], pools: [{name: pool}]}]
                        pool: pool
                        """, VirtualServiceSpec.class);
        PoolSpec pool = json.unmarshal(
                "members: [{service: {name: web, port: 80}, weight: 3}, {address: 192.0.2.1, port: 80}]",
                PoolSpec.class);
        return new Content(
                new Snapshot(
                        SnapshotCodec.FORMAT_VERSION,
                        SHOP,
                        7,
                        List.of(),
                        List.of("shop.example.com"),
                        List.of(),
                        List.of(),
                        List.of(new Certificate("shop/tls", "chain", privateKey))),
                new Accepted(
                        new Declared<>(SHOP, CREATED, 7, spec),
                        List.of(new Declared<>(new ObjectKey("shop", "pool"), CREATED, 2, pool)),
                        List.of()));
    }
}
