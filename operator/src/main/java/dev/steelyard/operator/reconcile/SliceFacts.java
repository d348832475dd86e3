package dev.steelyard.operator.reconcile;

import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What matters of an EndpointSlice for counting.
 *
 * @param service whose endpoints they are; empty name: nobody's
 * @param ports number by name; the unnamed one is under the empty name
 * @param addresses of the endpoints that are ready
 */
record SliceFacts(String service, Map<String, Integer> ports, List<String> addresses) {

    static final String SERVICE_LABEL = "kubernetes.io/service-name";

    /** Type of the slices whose addresses are names, which dataplanes do not follow. */
    private static final String NAMES = "FQDN";

    static SliceFacts of(EndpointSlice slice) {
        Map<String, Integer> ports = new HashMap<>();
        if (slice.getPorts() != null) {
            for (EndpointPort port : slice.getPorts()) {
                if (port.getPort() != null) {
                    ports.put(port.getName() == null ? "" : port.getName(), port.getPort());
                }
            }
        }
        List<String> ready = new ArrayList<>();
        if (slice.getEndpoints() != null && !NAMES.equals(slice.getAddressType())) {
            for (Endpoint endpoint : slice.getEndpoints()) {
                if (endpoint.getConditions() == null
                        || !Boolean.FALSE.equals(endpoint.getConditions().getReady())) {
                    ready.addAll(endpoint.getAddresses());
                }
            }
        }
        Map<String, String> labels = slice.getMetadata().getLabels();
        String name = labels == null ? null : labels.get(SERVICE_LABEL);
        return new SliceFacts(
                name == null ? "" : new ObjectKey(slice.getMetadata().getNamespace(), name).toString(),
                Map.copyOf(ports),
                List.copyOf(ready));
    }
}
