package dev.steelyard.dataplane.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EndpointSlicesTest {

    private static final ObjectKey WEB = new ObjectKey("shop", "web");
    private static final ObjectKey MAIL = new ObjectKey("shop", "mail");
    private static final EndpointPort HTTP = new EndpointPort(null, "http", 8080, "TCP");

    private final EndpointSlices slices = new EndpointSlices();

    private static EndpointSlice slice(
            String name, ObjectKey service, String type, List<EndpointPort> ports, Endpoint... endpoints) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(service.namespace())
                .withName(name)
                .addToLabels("kubernetes.io/service-name", service.name())
                .endMetadata()
                .withAddressType(type)
                .withPorts(ports)
                .withEndpoints(endpoints)
                .build();
    }

    private static EndpointSlice slice(String name, ObjectKey service, Endpoint... endpoints) {
        return slice(name, service, "IPv4", List.of(HTTP), endpoints);
    }

    private static Endpoint endpoint(
            String address, @Nullable Boolean ready, @Nullable Boolean serving, @Nullable Boolean terminating) {
        return new EndpointBuilder()
                .withAddresses(address)
                .withNewConditions(ready, serving, terminating)
                .withTargetRef(
                        new ObjectReferenceBuilder().withUid("uid-" + address).build())
                .build();
    }

    private static Endpoint ready(String address) {
        return endpoint(address, true, true, false);
    }

    private static ServiceEndpoint merged(String address, boolean ready, boolean serving, boolean terminating) {
        return new ServiceEndpoint(address, 8080, "http", "uid-" + address, ready, serving, terminating);
    }

    @Test
    void mergesTheSlicesOfAService() {
        assertThat(slices.put(slice("web-a", WEB, ready("10.0.0.2"), ready("10.0.0.1"))))
                .containsExactly(WEB);
        slices.put(slice("web-b", WEB, "IPv6", List.of(HTTP), ready("2001:db8::1")));
        slices.put(slice("mail-a", MAIL, ready("10.0.0.3")));
        assertThat(slices.endpoints(WEB))
                .extracting(ServiceEndpoint::address)
                .containsExactly("10.0.0.1", "10.0.0.2", "2001:db8::1");
        assertThat(slices.remove(slice("web-b", WEB))).containsExactly(WEB);
        assertThat(slices.endpoints(WEB)).hasSize(2);
        assertThat(slices.remove(slice("web-b", WEB))).isEmpty();
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                Arguments.of(true, true, false, true, true, false),
                Arguments.of(null, null, null, true, true, false),
                Arguments.of(false, null, null, false, false, false),
                Arguments.of(false, true, true, false, true, true),
                Arguments.of(false, false, true, false, false, true),
                Arguments.of(true, null, false, true, true, false));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void readsConditions(
            @Nullable Boolean ready,
            @Nullable Boolean serving,
            @Nullable Boolean terminating,
            boolean isReady,
            boolean isServing,
            boolean isTerminating) {
        slices.put(slice("web-a", WEB, endpoint("10.0.0.1", ready, serving, terminating)));
        assertThat(slices.endpoints(WEB)).containsExactly(merged("10.0.0.1", isReady, isServing, isTerminating));
    }

    @Test
    void readsEndpointsWithNothingButAnAddress() {
        Endpoint bare =
                new EndpointBuilder().withAddresses("10.0.0.1", "10.0.0.99").build();
        slices.put(slice("web-a", WEB, "IPv4", List.of(new EndpointPort(null, null, 80, null)), bare));
        assertThat(slices.endpoints(WEB))
                .containsExactly(new ServiceEndpoint("10.0.0.1", 80, "", "", true, true, false));
    }

    @Test
    void givesEachPortAnEndpoint() {
        EndpointPort metrics = new EndpointPort(null, "metrics", 9090, "TCP");
        EndpointPort dns = new EndpointPort(null, "dns", 53, "UDP");
        EndpointPort every = new EndpointPort(null, "every", null, "TCP");
        slices.put(slice("web-a", WEB, "IPv4", List.of(HTTP, metrics, dns, every), ready("10.0.0.1")));
        assertThat(slices.endpoints(WEB))
                .extracting(ServiceEndpoint::portName)
                .containsExactlyInAnyOrder("http", "metrics", "dns");
    }

    @Test
    void skipsSlicesOfNamesAndOfNoService() {
        slices.put(slice("web-a", WEB, "FQDN", List.of(HTTP), ready("origin.example.com")));
        EndpointSlice orphan = slice("web-b", WEB, ready("10.0.0.1"));
        orphan.getMetadata().setLabels(null);
        slices.put(orphan);
        EndpointSlice empty = slice("web-c", WEB);
        empty.setEndpoints(null);
        empty.setPorts(null);
        slices.put(empty);
        assertThat(slices.endpoints(WEB)).isEmpty();
    }

    @Test
    void holdsAnEndpointThatMovesBetweenSlicesOnce() {
        slices.put(slice("web-a", WEB, endpoint("10.0.0.1", false, true, true)));
        slices.put(slice("web-b", WEB, ready("10.0.0.1")));
        assertThat(slices.endpoints(WEB)).containsExactly(merged("10.0.0.1", true, true, false));
        slices.put(slice("web-a", WEB));
        assertThat(slices.endpoints(WEB)).containsExactly(merged("10.0.0.1", true, true, false));
    }

    @Test
    void followsASliceToAnotherService() {
        slices.put(slice("moving", WEB, ready("10.0.0.1")));
        assertThat(slices.put(slice("moving", MAIL, ready("10.0.0.1")))).containsExactlyInAnyOrder(WEB, MAIL);
        assertThat(slices.endpoints(WEB)).isEmpty();
        assertThat(slices.endpoints(MAIL)).hasSize(1);
    }

    @Test
    void namesWhatARelistChanges() {
        slices.put(slice("web-a", WEB, ready("10.0.0.1")));
        assertThat(slices.replace(List.of(slice("mail-a", MAIL, ready("10.0.0.2")))))
                .containsExactlyInAnyOrder(WEB, MAIL);
        assertThat(slices.endpoints(WEB)).isEmpty();
        assertThat(slices.endpoints(MAIL)).hasSize(1);
    }
}
