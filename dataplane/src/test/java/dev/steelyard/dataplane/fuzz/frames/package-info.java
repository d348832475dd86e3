/** Frames and compressed fields of HTTP/2 and HTTP/3. */
@NullMarked
package dev.steelyard.dataplane.fuzz.frames;

import org.jspecify.annotations.NullMarked;
