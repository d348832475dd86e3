package dev.steelyard.dataplane.match;

/** One thing that a request has to be. Immutable; for all threads. Equal conditions are interchangeable. */
public interface Condition {

    /** Whether the request is so. */
    boolean holds(MatchedRequest request);
}
