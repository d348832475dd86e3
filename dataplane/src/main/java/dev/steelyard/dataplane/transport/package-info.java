/** Event loops, socket types and what belongs to one event loop. */
@NullMarked
package dev.steelyard.dataplane.transport;

import org.jspecify.annotations.NullMarked;
