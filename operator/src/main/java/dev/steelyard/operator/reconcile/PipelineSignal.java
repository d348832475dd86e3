package dev.steelyard.operator.reconcile;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Leads changes to the pipeline, which is made after those who tell it. What comes earlier is no loss: it begins with a full look. */
final class PipelineSignal implements Consumer<Change> {

    private volatile @Nullable Pipeline pipeline;

    void to(Pipeline target) {
        pipeline = target;
    }

    Optional<Pipeline> pipeline() {
        return Optional.ofNullable(pipeline);
    }

    @Override
    public void accept(Change change) {
        Pipeline target = pipeline;
        if (target != null) {
            target.signal(change);
        }
    }
}
