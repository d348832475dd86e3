/** Tests of addresses. */
@NullMarked
package dev.steelyard.operator.address;

import org.jspecify.annotations.NullMarked;
