/** Listening sockets: bound, unbound and drained as editions come and go. */
@NullMarked
package dev.steelyard.dataplane.listener;

import org.jspecify.annotations.NullMarked;
