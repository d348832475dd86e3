package dev.steelyard.dataplane.cache;

import static dev.steelyard.dataplane.cache.Examples.MAIL;
import static dev.steelyard.dataplane.cache.Examples.NOTHING;
import static dev.steelyard.dataplane.cache.Examples.WEB;
import static dev.steelyard.dataplane.cache.Examples.endpoint;
import static dev.steelyard.dataplane.cache.Examples.set;
import static dev.steelyard.dataplane.cache.Examples.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.source.SnapshotSource;
import dev.steelyard.snapshot.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachingSourcesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    Path path;

    private final ScriptedTimer timer = new ScriptedTimer();
    private final List<SnapshotSet> sets = new CopyOnWriteArrayList<>();
    private final Map<ObjectKey, List<EndpointSource.ServiceEndpoint>> endpoints = new ConcurrentHashMap<>();
    private final AtomicBoolean synced = new AtomicBoolean();
    private final ScriptedSnapshots snapshotScript = new ScriptedSnapshots();
    private final ScriptedEndpoints endpointScript = new ScriptedEndpoints();
    private final List<AutoCloseable> started = new ArrayList<>();
    private StateFolder folder;

    /** Says what the test says. */
    private static final class ScriptedSnapshots implements SnapshotSource {

        private Consumer<SnapshotSet> receiver = set -> {};

        @Override
        public void start(Consumer<SnapshotSet> newReceiver) {
            receiver = newReceiver;
        }

        @Override
        public void close() {}
    }

    private static final class ScriptedEndpoints implements EndpointSource {

        private Receiver receiver = (service, list) -> {};

        @Override
        public void start(Receiver newReceiver) {
            receiver = newReceiver;
        }

        @Override
        public void close() {}
    }

    /** Whose time passes when the test says so. */
    private static final class ScriptedTimer extends ScheduledThreadPoolExecutor {

        private final List<Runnable> waiting = new ArrayList<>();

        ScriptedTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            assertThat(unit.toMillis(delay)).isEqualTo(PATIENCE.toMillis());
            waiting.add(command);
            return super.schedule(() -> {}, delay, unit);
        }

        /** Also runs what was cancelled: it may have begun just before. */
        void elapse() {
            waiting.forEach(Runnable::run);
        }
    }

    @BeforeEach
    void open() throws IOException {
        folder = new StateFolder(path.resolve("state"));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable source : started) {
            source.close();
        }
        timer.shutdownNow();
    }

    private StateWriter writer() {
        return new StateWriter(folder, folder.readSnapshots(), folder.readEndpoints(), Duration.ofMillis(1));
    }

    private CachingSnapshotSource startSnapshots(SnapshotSet kept, StateWriter writer) {
        return startSnapshots(kept, writer, PATIENCE);
    }

    private CachingSnapshotSource startSnapshots(SnapshotSet kept, StateWriter writer, Duration patience) {
        CachingSnapshotSource source = new CachingSnapshotSource(snapshotScript, kept, writer, timer, patience);
        started.add(source);
        source.start(sets::add);
        return source;
    }

    private void startEndpoints(Map<ObjectKey, List<EndpointSource.ServiceEndpoint>> kept, StateWriter writer) {
        startEndpoints(kept, writer, PATIENCE);
    }

    private void startEndpoints(
            Map<ObjectKey, List<EndpointSource.ServiceEndpoint>> kept, StateWriter writer, Duration patience) {
        CachingEndpointSource source = new CachingEndpointSource(endpointScript, kept, writer, timer, patience);
        started.add(source);
        source.start(new EndpointSource.Receiver() {
            @Override
            public void endpoints(ObjectKey service, List<EndpointSource.ServiceEndpoint> list) {
                endpoints.put(service, list);
            }

            @Override
            public void synced() {
                synced.set(true);
            }
        });
    }

    @Test
    void deliversWhatWasKeptWhileNobodyAnswers() {
        SnapshotSet kept = set(1, 5, snapshot(WEB, 5));
        try (StateWriter writer = writer()) {
            startSnapshots(kept, writer);
            assertThat(sets).isEmpty();
            timer.elapse();
            assertThat(sets).containsExactly(kept);
            SnapshotSet fresh = set(1, 6, snapshot(WEB, 6));
            snapshotScript.receiver.accept(fresh);
            assertThat(sets).containsExactly(kept, fresh);
        }
        assertThat(folder.readSnapshots()).isEqualTo(set(1, 6, snapshot(WEB, 6)));
    }

    @Test
    void prefersWhatIsFresh() {
        SnapshotSet fresh = set(1, 6, snapshot(WEB, 6));
        try (StateWriter writer = writer()) {
            CachingSnapshotSource source = startSnapshots(set(1, 5, snapshot(WEB, 5)), writer);
            snapshotScript.receiver.accept(fresh);
            timer.elapse();
            assertThat(sets).containsExactly(fresh);
            source.close();
            snapshotScript.receiver.accept(set(1, 7));
            assertThat(sets).containsExactly(fresh);
        }
    }

    @Test
    void knowingNothingIsNotAnEmptyConfiguration() {
        try (StateWriter writer = writer()) {
            startSnapshots(NOTHING, writer);
            timer.elapse();
            assertThat(sets).isEmpty();
        }
    }

    @Test
    void takesBackEndpointsOfServicesThatWentWhileTheProcessWasDown() {
        Map<ObjectKey, List<EndpointSource.ServiceEndpoint>> kept =
                Map.of(WEB, List.of(endpoint("10.0.0.1")), MAIL, List.of(endpoint("10.0.0.2")));
        try (StateWriter writer = writer()) {
            startEndpoints(kept, writer);
            assertThat(endpoints).isEmpty();
            timer.elapse();
            assertThat(endpoints).isEqualTo(kept);
            endpointScript.receiver.endpoints(WEB, List.of(endpoint("10.0.0.9")));
            assertThat(endpoints.get(MAIL)).as("not synced yet").isNotEmpty();
            endpointScript.receiver.synced();
            assertThat(endpoints).isEqualTo(Map.of(WEB, List.of(endpoint("10.0.0.9")), MAIL, List.of()));
            assertThat(synced).isTrue();
        }
        assertThat(folder.readEndpoints()).isEqualTo(Map.of(WEB, List.of(endpoint("10.0.0.9"))));
    }

    @Test
    void keepsQuietAboutKeptEndpointsOnceSynced() {
        Map<ObjectKey, List<EndpointSource.ServiceEndpoint>> kept = Map.of(MAIL, List.of(endpoint("10.0.0.2")));
        try (StateWriter writer = writer()) {
            startEndpoints(kept, writer);
            endpointScript.receiver.endpoints(WEB, List.of(endpoint("10.0.0.1")));
            endpointScript.receiver.synced();
            timer.elapse();
            assertThat(endpoints).isEqualTo(Map.of(WEB, List.of(endpoint("10.0.0.1")), MAIL, List.of()));
        }
    }

    @Test
    void deliversAtOnceWhatWasServedAMomentAgo() {
        SnapshotSet kept = set(1, 5, snapshot(WEB, 5));
        Map<ObjectKey, List<EndpointSource.ServiceEndpoint>> keptEndpoints = Map.of(WEB, List.of(endpoint("10.0.0.1")));
        try (StateWriter writer = writer()) {
            startEndpoints(keptEndpoints, writer, Duration.ZERO);
            assertThat(endpoints).isEqualTo(keptEndpoints);
            assertThat(synced).isTrue();
            startSnapshots(kept, writer, Duration.ZERO);
            assertThat(sets).containsExactly(kept);
            endpointScript.receiver.endpoints(WEB, List.of(endpoint("10.0.0.9")));
            endpointScript.receiver.synced();
            snapshotScript.receiver.accept(set(1, 6, snapshot(WEB, 6)));
            assertThat(sets).containsExactly(kept, set(1, 6, snapshot(WEB, 6)));
            assertThat(endpoints).isEqualTo(Map.of(WEB, List.of(endpoint("10.0.0.9"))));
        }
    }

    @Test
    void whatIsKeptCountsAsServedOnceAllOfItIsInForce() {
        try (StateWriter writer = writer()) {
            startSnapshots(NOTHING, writer);
            startEndpoints(Map.of(), writer);
            snapshotScript.receiver.accept(set(1, 6, snapshot(WEB, 6)));
        }
        assertThat(folder.servedWithin(Duration.ofMinutes(1), Instant.now()))
                .as("endpoints are not known")
                .isFalse();
        try (StateWriter writer = writer()) {
            startSnapshots(NOTHING, writer);
            startEndpoints(Map.of(), writer);
            snapshotScript.receiver.accept(set(1, 6, snapshot(WEB, 6)));
            endpointScript.receiver.synced();
        }
        assertThat(folder.servedWithin(Duration.ofMinutes(1), Instant.now())).isTrue();
        assertThat(folder.servedWithin(Duration.ofMinutes(1), Instant.now().plusSeconds(120)))
                .as("two minutes later")
                .isFalse();
        assertThat(folder.servedWithin(Duration.ofMinutes(1), Instant.now().minusSeconds(120)))
                .as("a clock that has been put back")
                .isFalse();
    }

    @Test
    void whatIsNotKeptYetDoesNotCountAsServed() throws IOException {
        folder.markServed();
        StateWriter writer = new StateWriter(folder, NOTHING, Map.of(), Duration.ofHours(1));
        try (writer) {
            startSnapshots(NOTHING, writer);
            startEndpoints(Map.of(), writer);
            endpointScript.receiver.synced();
            snapshotScript.receiver.accept(set(1, 6, snapshot(WEB, 6)));
            await().until(() -> !folder.servedWithin(Duration.ofMinutes(1), Instant.now()));
        }
        assertThat(folder.servedWithin(Duration.ofMinutes(1), Instant.now())).isTrue();
    }
}
