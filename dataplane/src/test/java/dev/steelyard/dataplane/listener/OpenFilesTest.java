package dev.steelyard.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.OpenFiles;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenFilesTest {

    private static final ListenerKey ONE = new ListenerKey("127.0.0.1", 0);
    private static final ListenerKey OTHER = new ListenerKey("127.0.0.2", 0);

    @Test
    @SuppressWarnings("try") // two of them leave early
    void clientsForWhomOpenFilesDoNotSufficeWaitAndTheNodeSaysSo() throws Exception {
        EventLoops loops = EventLoops.start(EventLoops.Transport.preferred(), 1, new OpenFiles(2));
        try (ListenerScene scene = new ListenerScene(loops, Duration.ofSeconds(1))) {
            scene.apply(Map.of(ONE, ListenerScene.http("one"), OTHER, ListenerScene.http("other")));
            try (LineClient first = new LineClient("127.0.0.1", scene.port(ONE));
                    LineClient second = new LineClient("127.0.0.2", scene.port(OTHER))) {
                assertThat(first.line()).isEqualTo("http one");
                assertThat(second.line()).isEqualTo("http other");
                // A socket that was not told may take one more before it sees the limit.
                try (LineClient third = new LineClient("127.0.0.1", scene.port(ONE));
                        LineClient fourth = new LineClient("127.0.0.1", scene.port(ONE))) {
                    await().until(() -> scene.failures().containsKey(ONE));
                    assertThat(scene.failures().get(ONE)).contains("limit of open files allows (2)");
                    assertThat(scene.meters.scrape("text/plain")).contains("steelyard_accept_failures_total");
                    assertThat(scene.changes.get()).isPositive();
                    first.close();
                    second.close();
                    assertThat(third.line()).isEqualTo("http one");
                    assertThat(fourth.line()).isEqualTo("http one");
                }
            }
        }
    }

    @Test
    void theLimitOfThisProcessIsKnown() {
        assertThat(OpenFiles.ofThisProcess().most()).isBetween(1, Integer.MAX_VALUE);
    }
}
