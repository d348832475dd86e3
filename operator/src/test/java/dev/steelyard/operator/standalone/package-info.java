/** Tests of standalone mode. */
@NullMarked
package dev.steelyard.operator.standalone;

import org.jspecify.annotations.NullMarked;
