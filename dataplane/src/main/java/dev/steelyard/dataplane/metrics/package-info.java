/** What is counted, under the names that dashboards rely on. */
@NullMarked
package dev.steelyard.dataplane.metrics;

import org.jspecify.annotations.NullMarked;
