package dev.steelyard.dataplane.admin.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentEventsTest {

    private static final ObjectKey KEY = new ObjectKey("shop", "web");
    private static final EndpointDown DOWN = new EndpointDown(KEY, "10.0.0.1:80", "connection refused", Instant.EPOCH);

    private final RecentEvents events = new RecentEvents();

    private void take(long revision, List<Rejected> rejected, List<ListenerFailure> failures, EndpointDown... down) {
        events.take(
                new NodeReport("1", 1, 1, revision, rejected, failures, List.of(), List.of()),
                List.of(down),
                Instant.EPOCH);
    }

    private List<String> said() {
        return events.latest().stream()
                .map(event -> event.kind() + " " + event.subject() + ": " + event.text())
                .toList();
    }

    @Test
    void tellsWhatBeginsAndEndsOnce() {
        take(1, List.of(), List.of());
        take(1, List.of(), List.of(), DOWN);
        take(1, List.of(), List.of(), DOWN);
        take(1, List.of(new Rejected(KEY, "d", "bad")), List.of(new ListenerFailure(KEY, "http", "port in use")), DOWN);
        take(2, List.of(), List.of());
        assertThat(said())
                .containsExactly(
                        "UP shop/web 10.0.0.1:80: is down no more",
                        "LISTENER_BOUND shop/web listener http: is bound, or gone",
                        "ACCEPTED shop/web: is refused no more",
                        "APPLIED revision 2: is in force",
                        "LISTENER_FAILED shop/web listener http: port in use",
                        "REFUSED shop/web: bad",
                        "DOWN shop/web 10.0.0.1:80: connection refused",
                        "APPLIED revision 1: is in force");
    }

    @Test
    void keepsTheLastOnes() {
        for (int revision = 1; revision <= RecentEvents.MAX + 5; revision++) {
            take(revision, List.of(), List.of());
        }
        assertThat(events.latest()).hasSize(RecentEvents.MAX);
        assertThat(events.latest().getFirst().subject()).isEqualTo("revision " + (RecentEvents.MAX + 5));
    }
}
