package dev.steelyard.dataplane.transport;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns of one event loop: in each it looks once for what has happened to its sockets, and handles that. For the loop's thread alone. With
 * epoll only, see {@link EventLoops#turns}.
 */
public final class Turns {

    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    private List<Task> waiting = new ArrayList<>();
    private List<Task> running = new ArrayList<>();
    private final TurnClock clock = new TurnClock();
    private long count;
    private boolean unhurried;

    Turns() {}

    /** What is to be done at the end of a turn. */
    @FunctionalInterface
    public interface Task {

        /** All that the loop has found in this turn is handled. */
        void endOfTurn();
    }

    /** How many there have been. */
    public long count() {
        return count;
    }

    /** Nanoseconds of the loop's clock as of this turn: comparable with one another, and with nothing else. */
    long nanos() {
        return clock.now();
    }

    /**
     * Runs a task once, at the end of this turn. From such a task, or from outside of a turn: at the end of the next, which is then a look
     * without a wait.
     */
    public void atEnd(Task task) {
        waiting.add(task);
    }

    /**
     * Says of the connection that is being read that nothing more of its client matters before it is answered. If this was its first read, epoll is
     * told of it only when the loop has time, or after a few turns; what its client does meanwhile is noticed then.
     */
    public void unhurried() {
        unhurried = true;
    }

    /** What is read from now on matters again. */
    void hurry() {
        unhurried = false;
    }

    boolean isUnhurried() {
        return unhurried;
    }

    /** Whether the next turn must not wait for events. */
    boolean isDue() {
        return !waiting.isEmpty();
    }

    void begin() {
        count++;
        clock.turn();
    }

    void end() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Task> tasks = waiting;
        waiting = running;
        running = tasks;
        for (int i = 0; i < tasks.size(); i++) {
            try {
                tasks.get(i).endOfTurn();
            } catch (RuntimeException e) {
                LOG.error("a task at the end of a turn failed", e);
            }
        }
        tasks.clear();
    }
}
