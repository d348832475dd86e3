/** Programs that tests start: servers that run beside a test, and commands that run to their end. */
@NullMarked
package dev.steelyard.e2e.process;

import org.jspecify.annotations.NullMarked;
