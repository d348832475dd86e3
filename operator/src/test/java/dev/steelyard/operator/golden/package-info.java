/** Inputs and what they have to come to, side by side. */
@NullMarked
package dev.steelyard.operator.golden;

import org.jspecify.annotations.NullMarked;
