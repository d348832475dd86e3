/** The operator as a real process on a real API server; nodes are played by the tests, so that they can misbehave. */
@NullMarked
package dev.steelyard.e2e.operator;

import org.jspecify.annotations.NullMarked;
