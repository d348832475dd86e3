/** Messages of HTTP/1.1 and FastCGI, and what stands in their fields. */
@NullMarked
package dev.steelyard.dataplane.fuzz.message;

import org.jspecify.annotations.NullMarked;
