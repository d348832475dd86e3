package dev.steelyard.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SliceFactsTest {

    @Test
    void readyAddressesCount() {
        assertThat(SliceFacts.of(slice("IPv4", "10.0.0.1", "10.0.0.2")))
                .isEqualTo(new SliceFacts("shop/web", Map.of("http", 80), List.of("10.0.0.1")));
    }

    @Test
    void namesDoNotCount() {
        assertThat(SliceFacts.of(slice("FQDN", "a.example.com", "b.example.com"))
                        .addresses())
                .isEmpty();
    }

    private static EndpointSlice slice(String type, String ready, String notReady) {
        return new KubernetesSerialization().unmarshal("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
                addressType: %s
                ports: [{name: http, port: 80}]
                endpoints:
                - {addresses: [%s], conditions: {ready: true}}
                - {addresses: [%s], conditions: {ready: false}}
                """.formatted(type, ready, notReady), EndpointSlice.class);
    }
}
