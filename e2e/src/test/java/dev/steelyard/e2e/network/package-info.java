/**
 * Addresses and hosts for the tests, in the network of their own that {@code e2e/network/bin/java} gives them.
 */
@NullMarked
package dev.steelyard.e2e.network;

import org.jspecify.annotations.NullMarked;
