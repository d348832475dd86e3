package dev.steelyard.e2e.node;

import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Arrays;
import java.util.List;

/** EndpointSlices made by hand; no controller touches them. */
final class Slices {

    private Slices() {}

    static void put(KubernetesClient client, String name, ObjectKey service, String... addresses) {
        List<Endpoint> endpoints = Arrays.stream(addresses)
                .map(address -> new EndpointBuilder()
                        .withAddresses(address)
                        .withNewConditions(true, true, false)
                        .build())
                .toList();
        EndpointSlice slice = new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(service.namespace())
                .withName(name)
                .addToLabels("kubernetes.io/service-name", service.name())
                .addToLabels("endpointslice.kubernetes.io/managed-by", "test")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .withProtocol("TCP")
                .endPort()
                .withEndpoints(endpoints)
                .build();
        client.resource(slice).forceConflicts().serverSideApply();
    }

    static void delete(KubernetesClient client, String name, ObjectKey service) {
        client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(service.namespace())
                .withName(name)
                .delete();
    }
}
