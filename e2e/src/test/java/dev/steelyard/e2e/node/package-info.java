/** A node's side of the API server: snapshots and endpoints in, reports and Leases out. */
@NullMarked
package dev.steelyard.e2e.node;

import org.jspecify.annotations.NullMarked;
