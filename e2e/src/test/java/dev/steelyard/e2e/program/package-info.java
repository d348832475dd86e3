/** Steelyard's own programs, as the tests start them. */
@NullMarked
package dev.steelyard.e2e.program;

import org.jspecify.annotations.NullMarked;
