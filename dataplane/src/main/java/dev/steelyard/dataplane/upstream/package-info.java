/**
 * Connections to endpoints: made, kept idle, handed out again and closed, by event loop. A connection stays on one loop, the one of the client
 * that it serves, so nothing here locks.
 */
@NullMarked
package dev.steelyard.dataplane.upstream;

import org.jspecify.annotations.NullMarked;
