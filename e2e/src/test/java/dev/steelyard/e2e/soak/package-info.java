/** A Steelyard under mixed load for as long as one likes, while its files change: {@code make soak}. No part of {@code make test}. */
@org.jspecify.annotations.NullMarked
package dev.steelyard.e2e.soak;
