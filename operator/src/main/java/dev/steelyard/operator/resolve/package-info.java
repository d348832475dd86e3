/**
 * Which objects are good, what they refer to and who gets which address, port and host. Pure: from {@link
 * dev.steelyard.operator.resolve.Inputs} to {@link dev.steelyard.operator.resolve.Resolution}, with no client, clock, randomness or
 * log. The same code serves the reconciler, {@code steelyard run} and {@code steelyard check}.
 */
@NullMarked
package dev.steelyard.operator.resolve;

import org.jspecify.annotations.NullMarked;
