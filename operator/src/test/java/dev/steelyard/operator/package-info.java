/** Tests of the operator as a whole. */
@NullMarked
package dev.steelyard.operator;

import org.jspecify.annotations.NullMarked;
