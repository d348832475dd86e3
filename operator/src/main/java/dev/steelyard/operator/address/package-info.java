/** IP addresses and blocks of them, as values. */
@NullMarked
package dev.steelyard.operator.address;

import org.jspecify.annotations.NullMarked;
