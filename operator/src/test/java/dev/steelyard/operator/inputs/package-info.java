/** How objects are read. */
@NullMarked
package dev.steelyard.operator.inputs;

import org.jspecify.annotations.NullMarked;
