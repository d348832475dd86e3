package dev.steelyard.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LeakDetectorTest {
    /** As Netty gets those of its own types. */
    private final ResourceLeakDetector<Object> detector =
            ResourceLeakDetectorFactory.instance().newResourceLeakDetector(Object.class, 1);

    @Test
    void whatIsForgottenIsFoundOnce() {
        use(false);
        assertThat(LeakDetector.find())
                .singleElement()
                .satisfies(leak -> assertThat(leak).startsWith("Object").contains("LeakDetectorTest"));
        assertThat(LeakDetector.find()).isEmpty();
    }

    @Test
    void whatIsReleasedIsNot() {
        use(true);
        assertThat(LeakDetector.find()).isEmpty();
    }

    private void use(boolean release) {
        Object resource = new Object();
        ResourceLeakTracker<Object> tracker = Objects.requireNonNull(detector.track(resource));
        if (release) {
            tracker.close(resource);
        }
    }
}
