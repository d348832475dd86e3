package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.metrics.Refusal;

/** What the connections of a listening socket see of it. Safe for all threads. */
public interface ListenerState {

    /** The plan in force now: read once per request, so that each request sees one edition. */
    ListenerPlan plan();

    /**
     * Whether the socket is draining: finish what is under way, take no further request. Connections open at the moment when it begins get
     * {@link DrainEvent} as a user event.
     */
    boolean draining();

    /** Counts a connection that is closed before its protocol begins. */
    default void refused(Refusal why) {}
}
