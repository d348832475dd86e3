package dev.steelyard.dataplane.kubernetes;

import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints from the EndpointSlices of all namespaces. Delivers nothing until the API server has answered, and nothing because it went
 * away or came back: only what differs from what was delivered before.
 */
public final class KubernetesEndpointSource implements EndpointSource {

    private final CompletableFuture<KubernetesClient> client;
    private final Duration watchLife;
    private final RandomGenerator random;
    private @Nullable ListWatch<EndpointSlice> slices;

    /**
     * @param client what is followed is followed once it is there; not closed by this
     * @param watchLife how late it may be noticed that the API server has vanished without closing its connections
     */
    public KubernetesEndpointSource(
            CompletableFuture<KubernetesClient> client, Duration watchLife, RandomGenerator random) {
        this.client = client;
        this.watchLife = watchLife;
        this.random = random;
    }

    @Override
    public void start(Receiver receiver) {
        ListWatch<EndpointSlice> watch = new ListWatch<>(
                "endpoints",
                client.thenApply(
                        connected -> connected.discovery().v1().endpointSlices().inAnyNamespace()),
                new Slices(receiver),
                watchLife,
                random);
        slices = watch;
        watch.start();
    }

    @Override
    public void close() {
        if (slices != null) {
            slices.close();
        }
    }

    /** On the watch's thread. */
    private static final class Slices implements ListWatch.Receiver<EndpointSlice> {

        private final Receiver receiver;
        private final EndpointSlices merged = new EndpointSlices();
        private final Map<ObjectKey, List<ServiceEndpoint>> delivered = new HashMap<>();
        private boolean synced;

        Slices(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void replaced(List<EndpointSlice> all) {
            deliver(merged.replace(all));
            if (!synced) {
                synced = true;
                receiver.synced();
            }
        }

        @Override
        public void changed(EndpointSlice slice) {
            deliver(merged.put(slice));
        }

        @Override
        public void deleted(EndpointSlice slice) {
            deliver(merged.remove(slice));
        }

        private void deliver(Set<ObjectKey> services) {
            for (ObjectKey service : services) {
                List<ServiceEndpoint> endpoints = merged.endpoints(service);
                if (!endpoints.equals(delivered.getOrDefault(service, List.of()))) {
                    if (endpoints.isEmpty()) {
                        delivered.remove(service);
                    } else {
                        delivered.put(service, endpoints);
                    }
                    receiver.endpoints(service, endpoints);
                }
            }
        }
    }
}
