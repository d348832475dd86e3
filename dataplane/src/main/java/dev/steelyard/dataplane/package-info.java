/** One node's load balancer: wiring of sources, editions, listeners, pools, health, admin port. */
@NullMarked
package dev.steelyard.dataplane;

import org.jspecify.annotations.NullMarked;
