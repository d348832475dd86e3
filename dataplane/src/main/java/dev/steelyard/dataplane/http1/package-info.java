/**
 * The HTTP/1.1 front side: client connections, their requests one after the other, and how responses are written to them.
 *
 * <h2>Half-closed clients</h2>
 * A client that ends its side after a whole request still gets its answer. So one that has gone away without a reset is noticed only when an
 * answer is sent to it.
 */
@NullMarked
package dev.steelyard.dataplane.http1;

import org.jspecify.annotations.NullMarked;
