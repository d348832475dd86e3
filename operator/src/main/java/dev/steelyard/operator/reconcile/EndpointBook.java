package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.status.ServiceEndpoints;
import dev.steelyard.snapshot.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The ready endpoints of all Services, by Service. Immutable. */
final class EndpointBook implements ServiceEndpoints {

    private final Map<String, List<SliceFacts>> slices = new HashMap<>();

    EndpointBook(Collection<SliceFacts> all) {
        for (SliceFacts slice : all) {
            slices.computeIfAbsent(slice.service(), _ -> new ArrayList<>()).add(slice);
        }
    }

    @Override
    public Set<String> ready(ObjectKey service, String portName) {
        Set<String> endpoints = new TreeSet<>();
        for (SliceFacts slice : slices.getOrDefault(service.toString(), List.of())) {
            Integer port = slice.ports().get(portName);
            if (port != null) {
                slice.addresses()
                        .forEach(address -> endpoints.add(
                                (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port));
            }
        }
        return endpoints;
    }
}
