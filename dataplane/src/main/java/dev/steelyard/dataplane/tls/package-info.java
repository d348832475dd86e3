/** Certificates made into TLS contexts that are shared, counted and freed. Knows nothing of listeners. */
@NullMarked
package dev.steelyard.dataplane.tls;

import org.jspecify.annotations.NullMarked;
