/** Who gets which port and host. Pure. */
@NullMarked
package dev.steelyard.operator.claim;

import org.jspecify.annotations.NullMarked;
