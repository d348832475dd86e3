/** The command line. */
@NullMarked
package dev.steelyard.operator.cli;

import org.jspecify.annotations.NullMarked;
