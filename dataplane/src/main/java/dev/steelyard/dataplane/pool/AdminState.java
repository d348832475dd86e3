package dev.steelyard.dataplane.pool;

/** What an administrator has said of one endpoint on this node. Forgotten when the endpoint leaves its pool, or the program ends. */
public enum AdminState {
    /** Nothing: its readiness and health decide. */
    READY,
    /** It takes no new work and finishes what it has. */
    DRAIN,
    /** As {@link #DRAIN}, and it is reported as down. */
    DOWN
}
