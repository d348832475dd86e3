/**
 * What the status of each object has to say, computed from what was resolved, what was published and what the nodes report. Pure:
 * no client, no clock.
 */
@NullMarked
package dev.steelyard.operator.status;

import org.jspecify.annotations.NullMarked;
