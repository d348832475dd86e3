/** Frames of HTTP/3 (RFC 9114 section 7): how they are laid out, and what is said of those that are wrong. */
@NullMarked
package dev.steelyard.dataplane.http3.frame;

import org.jspecify.annotations.NullMarked;
