package dev.steelyard.dataplane.kubernetes;

import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Merges EndpointSlices, of a cluster or from files, into endpoints by Service. For one thread. */
public final class EndpointSlices {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private static final Comparator<ServiceEndpoint> ORDER = Comparator.comparing(ServiceEndpoint::address)
            .thenComparingInt(ServiceEndpoint::port)
            .thenComparing(ServiceEndpoint::portName)
            .thenComparing(ServiceEndpoint::targetUid);

    /** Where several slices hold one endpoint (it is moving between them), the one that takes work is right. */
    private static final Comparator<ServiceEndpoint> PREFERENCE = Comparator.comparing(ServiceEndpoint::ready)
            .thenComparing(endpoint -> !endpoint.terminating())
            .thenComparing(ServiceEndpoint::serving);

    private final Map<ObjectKey, Slice> slices = new HashMap<>();
    private final Map<ObjectKey, Map<ObjectKey, Slice>> byService = new HashMap<>();

    private record Slice(ObjectKey service, List<ServiceEndpoint> endpoints) {}

    private record Place(String address, int port, String portName) {}

    /** Takes a slice, new or changed. Returns the Services whose endpoints may differ now. */
    public Set<ObjectKey> put(EndpointSlice slice) {
        ObjectKey key = key(slice);
        Optional<Slice> read = read(slice);
        Set<ObjectKey> touched = remove(key);
        read.ifPresent(found -> {
            slices.put(key, found);
            byService
                    .computeIfAbsent(found.service(), service -> new TreeMap<>())
                    .put(key, found);
            touched.add(found.service());
        });
        return touched;
    }

    /** A slice is gone. Returns the Service whose endpoints may differ now. */
    public Set<ObjectKey> remove(EndpointSlice slice) {
        return remove(key(slice));
    }

    /** Takes these slices instead of all others. Returns the Services whose endpoints may differ now. */
    public Set<ObjectKey> replace(Collection<EndpointSlice> all) {
        Set<ObjectKey> touched = new HashSet<>(byService.keySet());
        slices.clear();
        byService.clear();
        all.forEach(slice -> touched.addAll(put(slice)));
        return touched;
    }

    /** The endpoints of a Service, each once, in a fixed order; none if it has no slice. */
    public List<ServiceEndpoint> endpoints(ObjectKey service) {
        Map<Place, ServiceEndpoint> merged = new HashMap<>();
        for (Slice slice : byService.getOrDefault(service, Map.of()).values()) {
            for (ServiceEndpoint endpoint : slice.endpoints()) {
                merged.merge(
                        new Place(endpoint.address(), endpoint.port(), endpoint.portName()),
                        endpoint,
                        (one, other) -> PREFERENCE.compare(one, other) >= 0 ? one : other);
            }
        }
        return merged.values().stream().sorted(ORDER).toList();
    }

    private Set<ObjectKey> remove(ObjectKey key) {
        Set<ObjectKey> touched = new HashSet<>();
        Slice before = slices.remove(key);
        if (before != null) {
            touched.add(before.service());
            byService.computeIfPresent(before.service(), (service, ofService) -> {
                ofService.remove(key);
                return ofService.isEmpty() ? null : ofService;
            });
        }
        return touched;
    }

    private static ObjectKey key(EndpointSlice slice) {
        return new ObjectKey(
                slice.getMetadata().getNamespace(), slice.getMetadata().getName());
    }

    /** Nothing for a slice of no Service, or of names instead of addresses (type FQDN, which Kubernetes deprecates). */
    private static Optional<Slice> read(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        String service = labels == null ? null : labels.get(SERVICE_NAME);
        String type = slice.getAddressType();
        if (service == null || service.isEmpty() || !("IPv4".equals(type) || "IPv6".equals(type))) {
            return Optional.empty();
        }
        List<ServiceEndpoint> endpoints = new ArrayList<>();
        for (EndpointPort port : orEmpty(slice.getPorts())) {
            // Their names differ within a Service, so that a pool means one of them, whatever its protocol.
            boolean taken = port.getProtocol() == null || !port.getProtocol().equals("SCTP");
            if (taken && port.getPort() != null) { // no number means every port: nothing to connect to
                for (Endpoint endpoint : orEmpty(slice.getEndpoints())) {
                    read(endpoint, port.getPort(), Objects.requireNonNullElse(port.getName(), ""), endpoints);
                }
            }
        }
        return Optional.of(new Slice(new ObjectKey(slice.getMetadata().getNamespace(), service), endpoints));
    }

    /** All addresses of an endpoint are the same pod's; by the API's own rule consumers use the first. */
    private static void read(Endpoint endpoint, int port, String portName, List<ServiceEndpoint> into) {
        List<String> addresses = orEmpty(endpoint.getAddresses());
        if (addresses.isEmpty()) {
            return;
        }
        EndpointConditions conditions =
                Objects.requireNonNullElseGet(endpoint.getConditions(), EndpointConditions::new);
        boolean ready = !Boolean.FALSE.equals(conditions.getReady()); // unknown counts as ready
        boolean serving = conditions.getServing() == null ? ready : conditions.getServing();
        boolean terminating = Boolean.TRUE.equals(conditions.getTerminating());
        String uid = endpoint.getTargetRef() == null
                ? ""
                : Objects.requireNonNullElse(endpoint.getTargetRef().getUid(), "");
        into.add(new ServiceEndpoint(addresses.getFirst(), port, portName, uid, ready, serving, terminating));
    }

    private static <E> List<E> orEmpty(@Nullable List<E> list) {
        return list == null ? List.of() : list;
    }
}
