/** Pools and endpoints as they live on this node: state that outlives configuration changes. */
@NullMarked
package dev.steelyard.dataplane.pool;

import org.jspecify.annotations.NullMarked;
