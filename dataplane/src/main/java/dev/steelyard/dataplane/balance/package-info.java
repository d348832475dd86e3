/** Choosing an endpoint: one algorithm per file, ignorant of health, tiers and persistence. */
@NullMarked
package dev.steelyard.dataplane.balance;

import org.jspecify.annotations.NullMarked;
