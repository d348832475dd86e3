/**
 * Heads of HTTP/1.1 messages (RFC 9112), parsed into offsets over their bytes: start lines, fields, trailers, targets and paths.
 *
 * <p>Strict by intent. Whatever two parsers could read in two ways is refused, since that is what request smuggling lives on: bare CR or
 * LF, folded lines, white space around names, control characters, more than one {@code Content-Length}, lengths beside {@code
 * Transfer-Encoding}, chunk sizes that are anything but hexadecimal digits. A request so refused is answered with the status of its {@link
 * dev.steelyard.dataplane.http1.head.MalformedMessage} and its connection closed; a response so refused becomes 502.
 *
 * <p>Objects here belong to one connection and are used on its event loop alone.
 */
@NullMarked
package dev.steelyard.dataplane.http1.head;

import org.jspecify.annotations.NullMarked;
