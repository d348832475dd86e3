package dev.steelyard.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.load.LoadReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nodes that are emptied and nodes that die, while clients ask the others. */
class NodeLossIT {
    private static final RealCluster CLUSTER = RealCluster.shared();
    private static final List<String> OTHERS = RealCluster.ADDRESSES.subList(0, 2);
    private static final String NODE = "node3";

    private static Web web;

    @BeforeAll
    static void serve() {
        web = new Web(CLUSTER);
    }

    @AfterAll
    static void end() {
        web.close();
    }

    /** A DaemonSet's pods stay when a node is drained: what moves are the backends. */
    @Test
    void aNodeIsDrained() throws IOException {
        try (OutsideLoad load = web.load()) {
            CLUSTER.kubectl().get("drain", NODE, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=50s");
            web.awaitRolledOut();
            load.stopWithoutFailures("a node drained");
        } finally {
            CLUSTER.kubectl().get("uncordon", NODE);
        }
    }

    /** Requests under way to its backends are lost with it, and those that are sent before its death is noticed wait; others are served. */
    @Test
    void aNodeLosesPower() throws IOException, InterruptedException {
        web.rollOver(); // a pod on each node again
        try (OutsideLoad load = new OutsideLoad(CLUSTER, OTHERS, web.host())) {
            Thread.sleep(Duration.ofSeconds(3));
            CLUSTER.node("kill-node", NODE);
            Thread.sleep(Duration.ofSeconds(15));
            List<LoadReport> reports = load.stop();
            System.out.println("e2e: a node lost: " + reports);
            for (LoadReport report : reports) {
                assertThat(report.answered()).isGreaterThan(1000);
                // At most what each of the six clients had sent to the dead backend.
                assertThat(report.failures()).hasSizeLessThanOrEqualTo(6);
            }
        } finally {
            CLUSTER.node("start-node", NODE);
            CLUSTER.kubectl().get("wait", "node/" + NODE, "--for=condition=Ready", "--timeout=90s");
            CLUSTER.awaitRolledOut();
            web.awaitRolledOut();
            web.awaitServed();
        }
    }
}
