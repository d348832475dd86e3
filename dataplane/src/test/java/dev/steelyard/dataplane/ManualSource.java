package dev.steelyard.dataplane;

import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.source.SnapshotSource;
import java.util.function.Consumer;

/** Delivers what a test says, when it says so. */
public final class ManualSource implements SnapshotSource {

    private Consumer<SnapshotSet> receiver = set -> {};

    @Override
    public void start(Consumer<SnapshotSet> to) {
        receiver = to;
    }

    @Override
    public void close() {
        receiver = set -> {};
    }

    /** To whoever listens. */
    public void deliver(SnapshotSet set) {
        receiver.accept(set);
    }

    /** Follows no Service. */
    public static EndpointSource noServices() {
        return new EndpointSource() {
            @Override
            public void start(Receiver receiver) {
                receiver.synced();
            }

            @Override
            public void close() {}
        };
    }
}
