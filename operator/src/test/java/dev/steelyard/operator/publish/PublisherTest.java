package dev.steelyard.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublisherTest {

    private static final ObjectKey SHOP = new ObjectKey("shop", "web");

    private SecretServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = new SecretServer();
        client = server.client();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void ofTwoThatBeganTheSameEpochTheFirstToWriteGoesOn() throws NotLeadingException {
        Publisher one = begin("one");
        Publisher other = begin("other");
        one.publish(wanted(1), Set.of(SHOP));

        assertThatThrownBy(() -> other.publish(wanted(2), Set.of(SHOP))).isInstanceOf(NotLeadingException.class);

        Published published = one.publish(wanted(3), Set.of(SHOP));
        assertThat(index()).isEqualTo(published.index());
    }

    @Test
    void aSuccessorShutsItsPredecessorOut() throws NotLeadingException {
        Publisher one = begin("one");
        one.publish(wanted(1), Set.of(SHOP));
        Publisher successor = begin("successor");

        assertThatThrownBy(() -> one.publish(wanted(2), Set.of(SHOP))).isInstanceOf(NotLeadingException.class);

        successor.publish(wanted(3), Set.of(SHOP));
        assertThat(index().epoch()).isEqualTo(2);
    }

    @Test
    void anIndexThatSomebodyDeletedIsWrittenAgain() throws NotLeadingException {
        Publisher publisher = begin("one");
        publisher.publish(wanted(1), Set.of(SHOP));
        server.secrets.remove(IndexSecret.NAME);

        Published published = publisher.publish(wanted(2), Set.of(SHOP));

        assertThat(index()).isEqualTo(published.index());
    }

    @Test
    void aSecretThatSomebodyDeletedIsWrittenAgainWhenItsContentReturns() throws NotLeadingException {
        Publisher publisher = begin("one");
        publisher.publish(wanted(1), Set.of(SHOP));
        String first = entry().secrets().getFirst();
        publisher.publish(wanted(2), Set.of(SHOP));
        observe(publisher);
        server.secrets.remove(first);
        observe(publisher);

        publisher.publish(wanted(1), Set.of(SHOP));

        assertThat(entry().secrets()).containsExactly(first);
        assertThat(server.secrets).containsKey(first);
    }

    /** As the watch does. */
    private void observe(Publisher publisher) {
        Map<String, String> snapshots = new TreeMap<>();
        server.secrets.forEach((name, secret) -> snapshots.put(name, SnapshotSecrets.dataDigest(secret)));
        Optional<String> index =
                Optional.ofNullable(server.secrets.get(IndexSecret.NAME)).flatMap(IndexSecret::digest);
        snapshots.remove(IndexSecret.NAME);
        publisher.observe(snapshots, index);
    }

    private Publisher begin(String identity) throws NotLeadingException {
        return Publisher.begin(client, SecretServer.NAMESPACE, identity, 0, 0, () -> true, Duration.ZERO);
    }

    private Index.Entry entry() {
        return Objects.requireNonNull(index().snapshots().get(SHOP));
    }

    private Index index() {
        return IndexSecret.read(client, SecretServer.NAMESPACE).index().orElseThrow();
    }

    private static SortedMap<ObjectKey, Content> wanted(long generation) {
        VirtualServiceSpec spec = new KubernetesSerialization()
                .unmarshal("listeners: [{name: web, port: 80, protocol: HTTP}]", VirtualServiceSpec.class);
        return new TreeMap<>(Map.of(
                SHOP,
                new Content(
                        new Snapshot(
                                SnapshotCodec.FORMAT_VERSION,
                                SHOP,
                                generation,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()),
                        new Accepted(new Declared<>(SHOP, Instant.EPOCH, generation, spec), List.of(), List.of()))));
    }
}
