/** Steelyard without a cluster: files instead of an API server. */
@NullMarked
package dev.steelyard.e2e.standalone;

import org.jspecify.annotations.NullMarked;
