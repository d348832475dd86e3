package dev.steelyard.crds.v1alpha1.pool;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an endpoint is chosen. */
public enum Algorithm {
    /** In turn, each as often as any other. */
    @JsonProperty("RoundRobin")
    ROUND_ROBIN,
    /** In turn, in proportion to weight. */
    @JsonProperty("WeightedRoundRobin")
    WEIGHTED_ROUND_ROBIN,
    /** The fewest in flight. */
    @JsonProperty("LeastConnections")
    LEAST_CONNECTIONS,
    /** The fewest in flight in proportion to weight. */
    @JsonProperty("WeightedLeastConnections")
    WEIGHTED_LEAST_CONNECTIONS,
    /** The fewest in flight, the new one counted, in proportion to weight (LVS sed). */
    @JsonProperty("ShortestExpectedDelay")
    SHORTEST_EXPECTED_DELAY,
    /** An idle one, else the shortest expected delay (LVS nq). */
    @JsonProperty("NeverQueue")
    NEVER_QUEUE,
    /** The one that served the destination last unless overloaded (LVS lblc). */
    @JsonProperty("LocalityLeastConnections")
    LOCALITY_LEAST_CONNECTIONS,
    /** One of a set for the destination, which grows under load (LVS lblcr). */
    @JsonProperty("LocalityLeastConnectionsReplicated")
    LOCALITY_LEAST_CONNECTIONS_REPLICATED,
    /** By hash of the destination (LVS dh). */
    @JsonProperty("DestinationHash")
    DESTINATION_HASH,
    /** By hash of the client's address (LVS sh). */
    @JsonProperty("SourceHash")
    SOURCE_HASH,
    /** Consistent hashing by a Maglev table. */
    @JsonProperty("Maglev")
    MAGLEV,
    /** Consistent hashing on a ring. */
    @JsonProperty("RingHash")
    RING_HASH,
    /** The less loaded of two at random. */
    @JsonProperty("PowerOfTwoChoices")
    POWER_OF_TWO_CHOICES,
    /** The lower measured latency times load of two at random. */
    @JsonProperty("PeakEwma")
    PEAK_EWMA,
    /** The first that is not full. */
    @JsonProperty("First")
    FIRST
}
