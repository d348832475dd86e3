/** Which of the operator's replicas leads: the one that holds a Lease. */
@NullMarked
package dev.steelyard.operator.lead;

import org.jspecify.annotations.NullMarked;
