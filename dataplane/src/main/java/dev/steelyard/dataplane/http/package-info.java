/** Which version of HTTP a client connection speaks: by ALPN under TLS (RFC 7301), by its first octets in clear text (RFC 9113 section 3.3). */
@NullMarked
package dev.steelyard.dataplane.http;

import org.jspecify.annotations.NullMarked;
