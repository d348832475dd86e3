/** What DNS names stand for: resolved on event loops, kept and refreshed by the control thread. */
@NullMarked
package dev.steelyard.dataplane.dns;

import org.jspecify.annotations.NullMarked;
