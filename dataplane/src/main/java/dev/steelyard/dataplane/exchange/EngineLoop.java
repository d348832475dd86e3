package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.accesslog.LoopLog;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.Spares;
import dev.steelyard.dataplane.transport.Turns;
import dev.steelyard.dataplane.upstream.UpstreamConnections;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one event loop share. For its thread alone. */
public final class EngineLoop {

    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);
    private static final int SPARE = 1_024;

    private final int index;
    private final EventLoop loop;
    private final @Nullable Turns turns;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final RouteMeters unrouted;
    private final LoopLog log;
    private final Deadlines deadlines;
    private final UpstreamConnections upstreams;
    private final Spares<RequestHead> heads = new Spares<>(SPARE, RequestHead::new);
    private final Spares<Books> books = new Spares<>(SPARE, () -> new Books(this));
    private final RoutedRequest routed = new RoutedRequest();
    private final Complaints complaints;

    /**
     * @param index of the loop among {@code loops}
     * @param random for choosing among weighted pools
     * @param clock for the Date field of responses of our own
     * @param unrouted counts the requests that never found a route
     * @param log takes the lines of the access log
     */
    public EngineLoop(
            int index,
            EventLoops loops,
            RandomGenerator random,
            InstantSource clock,
            RouteMeters unrouted,
            LoopLog log) {
        this.index = index;
        this.loop = loops.get(index);
        this.turns = loops.turns(loop);
        this.random = random;
        this.clock = clock;
        this.unrouted = unrouted;
        this.log = log;
        this.deadlines = loops.deadlines(index);
        this.complaints = new Complaints(deadlines::now, LOG::warn);
        this.upstreams = new UpstreamConnections(loop, loops, deadlines);
    }

    int index() {
        return index;
    }

    /** Says that the client whose connection is being read has nothing more to say before it is answered, see {@link Turns#unhurried}. */
    public void clientAwaitsAnswer() {
        if (turns != null) {
            turns.unhurried();
        }
    }

    /** Runs something after a while, on this loop. */
    Future<?> after(long nanos, Runnable task) {
        return loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /** For choices that need not be foreseen. */
    public RandomGenerator random() {
        return random;
    }

    /** The time of day. */
    public InstantSource clock() {
        return clock;
    }

    /** Takes the lines of the access log. */
    LoopLog log() {
        return log;
    }

    /** Counts what never found a route. */
    public RouteMeters unrouted() {
        return unrouted;
    }

    /** Of this loop. */
    public Deadlines deadlines() {
        return deadlines;
    }

    /** Takes what programs say on their standard error. */
    Complaints complaints() {
        return complaints;
    }

    UpstreamConnections upstreams() {
        return upstreams;
    }

    /** The request that is routed just now: one at a time. */
    RoutedRequest routed() {
        return routed;
    }

    /** Books for an exchange that begins. */
    Books takeBooks() {
        return books.take();
    }

    /** Takes back books that nobody writes into any more. */
    void giveBooks(Books written) {
        written.close();
        books.give(written);
    }

    /** A head to read into: idle connections hold none. */
    public RequestHead takeHead() {
        return heads.take();
    }

    /** Takes back a head that is not needed any more. */
    public void giveHead(RequestHead head) {
        heads.give(head);
    }
}
