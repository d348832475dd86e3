/** Steelyard as it is installed: from its chart, in containers, on a cluster of three nodes, with clients outside of it. */
@NullMarked
package dev.steelyard.e2e.real;

import org.jspecify.annotations.NullMarked;
