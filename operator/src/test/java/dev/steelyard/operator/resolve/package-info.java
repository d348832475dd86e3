/** Tests of resolving and compiling many objects. */
@NullMarked
package dev.steelyard.operator.resolve;

import org.jspecify.annotations.NullMarked;
