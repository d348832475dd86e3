/** What {@code make run} balances over, and {@code bin/train} trains with. */
@NullMarked
package dev.steelyard.operator.demo;

import org.jspecify.annotations.NullMarked;
