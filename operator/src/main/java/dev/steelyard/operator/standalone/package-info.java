/**
 * Standalone mode: the same kinds of objects, from files instead of an API server, through the same resolver and compiler into a dataplane in
 * the same process.
 */
@NullMarked
package dev.steelyard.operator.standalone;

import org.jspecify.annotations.NullMarked;
