/** Malformed and ambiguous HTTP, attacks, and what stands behind and beside. */
@org.jspecify.annotations.NullMarked
package dev.steelyard.e2e.strict;
