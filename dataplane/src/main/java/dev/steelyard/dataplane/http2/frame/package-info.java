/**
 * Frames of HTTP/2 (RFC 9113) read and written, and header blocks (RFC 7541). Knows no streams. Strict: what breaks the layout of frames is a
 * {@link dev.steelyard.dataplane.http2.frame.Violation} that ends the connection. Objects here belong to one connection and are used on its
 * event loop alone.
 */
@NullMarked
package dev.steelyard.dataplane.http2.frame;

import org.jspecify.annotations.NullMarked;
