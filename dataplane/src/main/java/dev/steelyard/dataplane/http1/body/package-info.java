/**
 * Bodies of HTTP/1.1 messages (RFC 9112 sections 6 and 7) taken out of their framing and put into another, and what is written to a
 * connection. As strict as {@link dev.steelyard.dataplane.http1.head}. Objects here belong to one connection and are used on its event loop
 * alone.
 */
@NullMarked
package dev.steelyard.dataplane.http1.body;

import org.jspecify.annotations.NullMarked;
