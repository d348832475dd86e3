/**
 * Heads as HTTP/2 and HTTP/3 have them: lists of fields, compressed each in its own way, between which and {@link
 * dev.steelyard.dataplane.http1.head.MessageHead} they are translated here for both, by the same checks.
 */
@NullMarked
package dev.steelyard.dataplane.fields;

import org.jspecify.annotations.NullMarked;
