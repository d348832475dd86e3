package dev.steelyard.dataplane.transport;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many clients this process can serve at once with the files that it may have open ({@code RLIMIT_NOFILE}, getrlimit(2)): each needs one
 * for itself and one towards its endpoint, and some are for everything else. Safe for all threads.
 */
public final class OpenFiles {

    /** For listening sockets, health checks, the API server, state and libraries; of a small limit, a part. */
    private static final int RESERVED = 1_024;

    private final int most;
    private final AtomicInteger clients = new AtomicInteger();

    /** @param most clients, at least 1 */
    public OpenFiles(int most) {
        this.most = most;
    }

    /** As many as this process's limit of open files, which the JVM has raised as far as it may, allows. */
    public static OpenFiles ofThisProcess() {
        long limit = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
        long usable = limit - Math.min(RESERVED, limit / 4);
        return new OpenFiles((int) Math.max(1, Math.min(usable / 2, Integer.MAX_VALUE)));
    }

    /** How many clients there may be. */
    public int most() {
        return most;
    }

    /** How many there are. */
    public int clients() {
        return clients.get();
    }

    /** Whether there are as many as there may be. */
    public boolean exhausted() {
        return clients.get() >= most;
    }

    /** A client has come; each is followed by one {@link #ended}. */
    public void begun() {
        clients.incrementAndGet();
    }

    /** One has gone. */
    public void ended() {
        clients.decrementAndGet();
    }
}
