/** What routes look at in requests, beside what a plain reading finds. */
@NullMarked
package dev.steelyard.dataplane.fuzz.match;

import org.jspecify.annotations.NullMarked;
