/** Passing the listening sockets of a process to the next one on the same node, so that an upgrade turns no client away (decision 0019). */
@NullMarked
package dev.steelyard.dataplane.handover;

import org.jspecify.annotations.NullMarked;
