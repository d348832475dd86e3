/** Whether endpoints are well: one kind of check per file, run on event loops, their results given to the control thread. */
@NullMarked
package dev.steelyard.dataplane.health;

import org.jspecify.annotations.NullMarked;
