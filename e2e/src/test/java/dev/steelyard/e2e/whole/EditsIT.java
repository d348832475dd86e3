package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static dev.steelyard.e2e.installed.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Answer;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Editing configuration costs no request, on the edited objects or on their neighbours. */
class EditsIT {
    private static final long SEED = 20_251;
    private static final int EDITS = 200;
    private static final int LOADED = 16;

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void twoHundredRandomEditsOfFiftyObjectsFailNoRequest() {
        Fleet fleet = new Fleet(new Random(SEED));
        List<EchoServer> backends = new ArrayList<>();
        List<Load> loads = new ArrayList<>();
        try (Tenant tenant = installed.tenant("edits")) {
            StringBuilder objects = new StringBuilder();
            for (int i = 0; i < Fleet.BACKENDS; i++) {
                EchoServer backend = Installed.backend("b" + i);
                backends.add(backend);
                objects.append(service(backend.name())).append(endpoints(backend.name(), backend));
            }
            tenant.apply(objects.toString(), fleet.manifests());
            for (int i = 0; i < Fleet.SIZE; i++) {
                tenant.awaitProgrammed("svs" + i);
            }
            String[] names = backends.stream().map(EchoServer::name).toArray(String[]::new);
            for (int i = 0; i < LOADED; i++) {
                loads.add(Load.on(node.target(Fleet.PORT, Fleet.host(i), i % 2 == 0 ? "/" : "/api/x")
                                .expectingOneOf(names))
                        .keeping(1)
                        .fresh(1)
                        .pause(Duration.ofMillis(10))
                        .start());
            }
            for (int i = 0; i < EDITS; i++) {
                edit(tenant, fleet, i);
            }
            for (int i = 0; i < Fleet.SIZE; i++) {
                tenant.awaitProgrammed("svs" + i);
            }
            for (int i = 0; i < Fleet.SIZE; i++) {
                assertServed(fleet, i);
            }
            List<LoadReport> reports = loads.stream().map(Load::stop).toList();
            reports.forEach(report -> report.requireNoFailures(100));
            System.out.printf(
                    "e2e: %d edits under load, %d requests, none failed%n",
                    EDITS, reports.stream().mapToLong(LoadReport::answered).sum());
        } finally {
            loads.forEach(Load::close);
            backends.forEach(EchoServer::close);
        }
    }

    /** Those without load are now and then deleted and made anew; one edit in ten is kubectl's. */
    private void edit(Tenant tenant, Fleet fleet, int number) {
        int service = fleet.edit();
        String manifest = fleet.manifest(service);
        KubernetesClient client = installed.cluster().client();
        if (service >= LOADED && number % 3 == 0) {
            client.resources(VirtualService.class)
                    .inNamespace(tenant.namespace())
                    .withName("svs" + service)
                    .delete();
        }
        if (number % 10 == 0) {
            tenant.apply(manifest);
        } else {
            for (String document : manifest.split("---\n", 2)) {
                client.resource(document)
                        .inNamespace(tenant.namespace())
                        .forceConflicts()
                        .serverSideApply();
            }
        }
    }

    /** In the end each is answered by just those backends that its last manifest says. */
    private void assertServed(Fleet fleet, int service) {
        fleet.expected(service)
                .forEach((path, backends) -> eventually().untilAsserted(() -> {
                    TreeSet<String> seen = new TreeSet<>();
                    for (int i = 0; i < 8; i++) {
                        Answer answer = node.get(Fleet.PORT, Fleet.host(service), path);
                        assertThat(answer.status())
                                .as("%s %s", Fleet.host(service), answer)
                                .isEqualTo(200);
                        seen.add(answer.text().strip());
                    }
                    assertThat(backends).as("%s%s", Fleet.host(service), path).containsAll(seen);
                }));
    }
}
