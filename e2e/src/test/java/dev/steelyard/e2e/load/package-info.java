/**
 * Traffic for the tests. {@link dev.steelyard.e2e.load.Load} is strict: it looks at status and body of every answer and
 * tells each failure with its time and cause; {@link dev.steelyard.e2e.load.Wrk} makes volume.
 */
@NullMarked
package dev.steelyard.e2e.load;

import org.jspecify.annotations.NullMarked;
