package dev.steelyard.dataplane.kubernetes;

import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.source.SnapshotSource;
import dev.steelyard.snapshot.NodeReport.Rejected;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots from the Secrets of namespace {@value Cluster#SNAPSHOTS_NAMESPACE}. All of them come through one watch, in the order in which
 * they were written: what the index names is there before it. Delivers nothing until the API server has answered.
 */
public final class KubernetesSnapshotSource implements SnapshotSource {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesSnapshotSource.class);

    /** How long a set waits for Secrets that the index names and nobody has seen. */
    private static final long PATIENCE_MILLIS = 2_000;

    private final CompletableFuture<KubernetesClient> client;
    private final Duration watchLife;
    private final RandomGenerator random;
    private final SnapshotAssembler assembler;
    private @Nullable ListWatch<Secret> secrets;
    private boolean waiting;

    /**
     * @param client what is followed is followed once it is there; not closed by this
     * @param kept what this node last served: an index of an older epoch is refused, and a snapshot that cannot be read is replaced from
     *     here. Of epoch and revision 0 if there is nothing
     * @param watchLife how late it may be noticed that the API server has vanished without closing its connections
     */
    public KubernetesSnapshotSource(
            CompletableFuture<KubernetesClient> client, SnapshotSet kept, Duration watchLife, RandomGenerator random) {
        this.client = client;
        this.watchLife = watchLife;
        this.random = random;
        this.assembler = new SnapshotAssembler(kept);
    }

    @Override
    public void start(Consumer<SnapshotSet> receiver) {
        ListWatch<Secret> watch = new ListWatch<>(
                "snapshots",
                client.thenApply(connected -> connected.secrets().inNamespace(Cluster.SNAPSHOTS_NAMESPACE)),
                new Secrets(receiver),
                watchLife,
                random);
        secrets = watch;
        watch.start();
    }

    @Override
    public void close() {
        if (secrets != null) {
            secrets.close();
        }
    }

    /** On the watch's thread. */
    private final class Secrets implements ListWatch.Receiver<Secret> {

        private final Consumer<SnapshotSet> receiver;

        Secrets(Consumer<SnapshotSet> receiver) {
            this.receiver = receiver;
        }

        @Override
        public void replaced(List<Secret> all) {
            Set<String> names = new HashSet<>();
            for (Secret secret : all) {
                names.add(secret.getMetadata().getName());
                put(secret);
            }
            assembler.retain(names);
            deliver(true);
        }

        @Override
        public void changed(Secret secret) {
            put(secret);
            deliver(true);
        }

        @Override
        public void deleted(Secret secret) {
            String name = secret.getMetadata().getName();
            if (name.equals(Cluster.INDEX)) {
                LOG.warn("the index is gone; going on with what it said last, until there is another");
            }
            assembler.remove(name);
        }

        private void put(Secret secret) {
            String name = secret.getMetadata().getName();
            String key = name.equals(Cluster.INDEX) || name.equals(Cluster.TICKET_KEYS) ? name : Cluster.SNAPSHOT;
            Map<String, String> data = secret.getData();
            String value = data == null ? null : data.get(key);
            assembler.put(
                    name, value == null ? new byte[0] : Base64.getDecoder().decode(value));
        }

        private void deliver(boolean complete) {
            assembler.assemble(complete).ifPresent(set -> {
                for (Rejected rejected : set.rejected()) {
                    LOG.warn("{}: {}", rejected.virtualService(), rejected.reason());
                }
                receiver.accept(set);
            });
            ListWatch<Secret> watch = secrets;
            if (!waiting && watch != null && assembler.incomplete()) {
                waiting = true;
                watch.schedule(
                        () -> {
                            waiting = false;
                            deliver(false);
                        },
                        PATIENCE_MILLIS);
            }
        }
    }
}
