package dev.steelyard.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What changes in a cluster while clients ask every node: no request fails. */
class RolloutIT {
    private static final RealCluster CLUSTER = RealCluster.shared();
    private static Web web;

    @BeforeAll
    static void serve() {
        web = new Web(CLUSTER);
    }

    @AfterAll
    static void end() {
        web.close();
    }

    @Test
    void backendsAreReplaced() throws IOException {
        try (OutsideLoad load = web.load()) {
            web.rollOver();
            load.stopWithoutFailures("rolling update of the backends");
        }
    }

    @Test
    void dataplanesAreReplaced() throws IOException {
        try (OutsideLoad load = web.load()) {
            CLUSTER.system().get("rollout", "restart", "daemonset/steelyard-dataplane");
            CLUSTER.awaitRolledOut();
            load.stopWithoutFailures("rolling update of the dataplanes");
        }
    }

    @Test
    void theChartIsUpgradedAndRolledBack() throws IOException {
        try (OutsideLoad load = web.load()) {
            CLUSTER.release().upgrade("--set=dataplane.logLevel=debug,operator.logLevel=debug");
            CLUSTER.awaitRolledOut();
            CLUSTER.release().rollback();
            CLUSTER.awaitRolledOut();
            load.stopWithoutFailures("upgrade and rollback of the chart");
        }
    }

    @Test
    void theOperatorIsKilled() throws IOException {
        try (OutsideLoad load = web.load()) {
            CLUSTER.system()
                    .get(
                            "delete",
                            "pods",
                            "--selector=app.kubernetes.io/component=operator",
                            "--grace-period=0",
                            "--force");
            CLUSTER.awaitRolledOut();
            // The new one takes over, once the Lease of the one that had no time to give it away has ended.
            web.kubectl().get("patch", "virtualservice", "web", "--type=merge", "-p", """
                            {"spec": {"routes": [{"name": "other", "match": [{"path": {"type": "Exact", "value": "/told"}}],
                             "respond": {"status": 200, "body": "changed"}}]}}""");
            Awaitility.await("the change is served")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> CLUSTER.runOutside(
                                    "curl",
                                    "-s",
                                    "-H",
                                    "Host: " + web.host(),
                                    "http://" + RealCluster.ADDRESSES.getFirst() + "/told")
                            .out()
                            .equals("changed"));
            load.stopWithoutFailures("operator killed");
        }
    }

    @Test
    void theApiServerIsAway() throws IOException, InterruptedException {
        try (OutsideLoad load = web.load()) {
            CLUSTER.apiServer("STOP");
            try {
                Thread.sleep(Duration.ofSeconds(15));
            } finally {
                CLUSTER.apiServer("CONT");
            }
            Awaitility.await("the API server answers")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> CLUSTER.kubectl().run("get", "--raw=/readyz").succeeded());
            web.rollOver();
            web.awaitServed();
            load.stopWithoutFailures("15 s without API server, then a rolling update of the backends");
        }
        assertThat(CLUSTER.pods("dataplane")).hasSize(RealCluster.ADDRESSES.size());
    }
}
