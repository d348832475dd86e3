/**
 * From resolved virtual services to snapshots. Pure: equal models give equal bytes, with no client, clock, randomness or log.
 */
@NullMarked
package dev.steelyard.operator.compile;

import org.jspecify.annotations.NullMarked;
