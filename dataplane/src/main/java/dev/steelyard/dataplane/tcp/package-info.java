/** The relay of bytes between a client and an endpoint. */
@NullMarked
package dev.steelyard.dataplane.tcp;

import org.jspecify.annotations.NullMarked;
