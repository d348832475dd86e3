package dev.steelyard.e2e.soak;

import java.io.IOException;

/** A client of some kind, which does its thing again and again, each time in a turn. Several threads may have a turn at once. */
@FunctionalInterface
interface Client {

    /**
     * Does it once, and counts it.
     *
     * @throws IOException if it went wrong: one failure, and the message says why
     */
    void turn(Tally.Count count) throws IOException, InterruptedException;
}
