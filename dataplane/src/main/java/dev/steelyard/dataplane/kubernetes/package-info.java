/** The dataplane's side of the API server: snapshots and endpoints in, reports and a Lease out. Nothing else here knows of Kubernetes. */
@NullMarked
package dev.steelyard.dataplane.kubernetes;

import org.jspecify.annotations.NullMarked;
