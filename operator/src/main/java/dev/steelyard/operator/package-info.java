/** The program {@code steelyard}. */
@NullMarked
package dev.steelyard.operator;

import org.jspecify.annotations.NullMarked;
