/** Events on the objects concerned: what changed its meaning, told once. */
@NullMarked
package dev.steelyard.operator.event;

import org.jspecify.annotations.NullMarked;
