/** The name that a TLS client asks for, read from the first message of a handshake without taking part in it. */
@NullMarked
package dev.steelyard.dataplane.sni;

import org.jspecify.annotations.NullMarked;
