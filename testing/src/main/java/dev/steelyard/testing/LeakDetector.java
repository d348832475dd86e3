package dev.steelyard.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Netty's detector of buffers and TLS contexts that were forgotten instead of released, which keeps what it finds for
 * {@link NoLeaks} instead of logging it. The build names it in {@code io.netty.customResourceLeakDetector}.
 */
public final class LeakDetector<T> extends ResourceLeakDetector<T> {
    private static final List<LeakDetector<?>> ALL = new CopyOnWriteArrayList<>();
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();
    private static final long PATIENCE_MILLIS = 2_000;

    /** Called by Netty, once for each type. */
    @SuppressWarnings("this-escape") // the class is final, and complete here
    public LeakDetector(Class<?> type, int samplingInterval) {
        super(type, samplingInterval);
        ALL.add(this);
    }

    /** Netty looks for it, but does not call it. */
    public LeakDetector(Class<?> type, int samplingInterval, long unused) {
        this(type, samplingInterval);
    }

    @Override
    protected boolean needReport() {
        return true; // by default only if the log would show it, which it does not where no log is set up
    }

    @Override
    protected void reportTracedLeak(String type, String records) {
        FOUND.add(type + records);
    }

    @Override
    protected void reportUntracedLeak(String type) {
        FOUND.add(type);
    }

    /** What has leaked since the last call. Collects garbage, since only that shows what nobody holds any more. */
    static List<String> find() {
        collect();
        collect(); // what the first left in the hands of the JVM has reached its queues when the second is through
        ALL.forEach(LeakDetector::look);
        List<String> found = new ArrayList<>();
        for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
            found.add(leak);
        }
        return found;
    }

    private static void collect() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        PhantomReference<Object> last = new PhantomReference<>(new Object(), queue);
        System.gc();
        try {
            queue.remove(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        last.clear();
    }

    /** Netty looks into its queue whenever it begins to track something: here, something of no meaning. */
    @SuppressWarnings("unchecked") // nothing is done with it but to tell it apart
    private void look() {
        T probe = (T) new Object();
        ResourceLeakTracker<T> tracker = track(probe);
        if (tracker != null) {
            tracker.close(probe);
        }
    }
}
