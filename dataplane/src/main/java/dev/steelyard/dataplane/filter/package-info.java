/**
 * What routes do to requests and responses on the way, compiled: who is let in, answers of our own, changes to what is asked and answered,
 * mirroring. Knows no version of HTTP.
 */
@NullMarked
package dev.steelyard.dataplane.filter;

import org.jspecify.annotations.NullMarked;
