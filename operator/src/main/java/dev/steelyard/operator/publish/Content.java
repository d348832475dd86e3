package dev.steelyard.operator.publish;

import dev.steelyard.snapshot.Snapshot;

/**
 * What is published of one virtual service.
 *
 * @param snapshot for the nodes
 * @param accepted for the operator's successor
 */
public record Content(Snapshot snapshot, Accepted accepted) {}
