package dev.steelyard.dataplane.accesslog;

import dev.steelyard.dataplane.metrics.AccessLogMeters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what event loops log, on a thread of its own: in large pieces while there is much, within some milliseconds while there is little.
 * For all threads.
 *
 * <p>While lines come it naps between two looks, so that loops need not wake it for each of them; a loop wakes it when it sleeps, after a
 * while without lines, and when the loop's ring fills up.
 */
public final class LogWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final int PIECE = 64 * 1_024;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int NAPS_UNTIL_SLEEP = 20;
    private static final long FLUSH_SECONDS = 1;

    private static final int AWAKE = 0;
    private static final int NAPS = 1;
    private static final int SLEEPS = 2;

    private final LogOutput output;
    private final AccessLogMeters meters;
    private final List<LoopLog> loops = new ArrayList<>();
    private final AtomicInteger state = new AtomicInteger(AWAKE);
    private final Queue<CountDownLatch> flushes = new ConcurrentLinkedQueue<>();
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    private final Thread thread;
    private volatile boolean closed;
    private boolean failing;

    private LogWriter(LogOutput output, int loopCount, InstantSource clock, AccessLogMeters meters) {
        this.output = output;
        this.meters = meters;
        for (int i = 0; i < loopCount; i++) {
            loops.add(new LoopLog(this::wake, clock, meters));
        }
        this.thread = Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param output where lines go; closed with the writer
     * @param loopCount how many event loops write
     * @param clock for the times in lines
     */
    public static LogWriter start(LogOutput output, int loopCount, InstantSource clock, AccessLogMeters meters) {
        LogWriter writer = new LogWriter(output, loopCount, clock, meters);
        writer.thread.start();
        return writer;
    }

    /** Where the event loop of that number writes. */
    public LoopLog loop(int index) {
        return loops.get(index);
    }

    /** Waits until all lines that are there have been written, for a second at most: whoever reads them may have stopped. */
    public void flush() {
        CountDownLatch done = new CountDownLatch(1);
        flushes.add(done);
        state.set(AWAKE);
        LockSupport.unpark(thread);
        try {
            if (thread.isAlive() && !done.await(FLUSH_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the access log is not read: its last lines may be lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is there, and ends. */
    @Override
    public void close() {
        if (!closed) {
            flush();
            closed = true;
            LockSupport.unpark(thread);
        }
    }

    /** Whether it waits to be woken. */
    boolean sleeps() {
        return state.get() == SLEEPS;
    }

    private void wake(boolean urgent) {
        int now = state.get();
        if ((now == SLEEPS || (now == NAPS && urgent)) && state.compareAndSet(now, AWAKE)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        int idle = 0;
        while (!closed) {
            CountDownLatch flush = flushes.poll();
            boolean wrote = writeAll();
            if (flush != null) {
                flush.countDown();
                continue;
            }
            idle = wrote ? 0 : idle + 1;
            rest(idle < NAPS_UNTIL_SLEEP);
        }
        try {
            output.close();
        } catch (IOException e) {
            LOG.warn("cannot close the access log: {}", e.getMessage());
        }
    }

    private void rest(boolean nap) {
        state.set(nap ? NAPS : SLEEPS);
        // What came before the state was set has woken nobody.
        if (!closed && flushes.isEmpty() && (nap || nothingWaits())) {
            if (nap) {
                LockSupport.parkNanos(this, NAP_NANOS);
            } else {
                LockSupport.park(this);
            }
        }
        state.set(AWAKE);
    }

    private boolean nothingWaits() {
        for (LoopLog loop : loops) {
            LogRing ring = loop.ring();
            if (ring != null && ring.waiting() > 0) {
                return false;
            }
        }
        return true;
    }

    private boolean writeAll() {
        boolean wrote = false;
        for (LoopLog loop : loops) {
            LogRing ring = loop.ring();
            int waiting = ring == null ? 0 : ring.waiting();
            if (ring != null && waiting > 0) {
                write(ring, waiting);
                wrote = true;
            }
        }
        return wrote;
    }

    private void write(LogRing ring, int waiting) {
        int left = waiting;
        try {
            output.betweenLines();
        } catch (IOException e) {
            failed(e);
        }
        while (left > 0) {
            piece.clear();
            ring.take(left, piece);
            piece.flip();
            left -= piece.remaining();
            try {
                output.write(piece);
                failing = false;
            } catch (IOException e) {
                meters.dropped(lines());
                failed(e);
            }
        }
    }

    /** Lines that end in what is left of the piece. */
    private int lines() {
        int lines = 0;
        while (piece.hasRemaining()) {
            if (piece.get() == '\n') {
                lines++;
            }
        }
        return lines;
    }

    private void failed(IOException e) {
        if (!failing) {
            failing = true;
            LOG.warn("cannot write the access log, lines are lost until it can be written: {}", e.getMessage());
        }
    }
}
