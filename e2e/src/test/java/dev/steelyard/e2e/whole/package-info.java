/** What users and administrators see of the whole, when all is well and when parts of it fail. */
@NullMarked
package dev.steelyard.e2e.whole;

import org.jspecify.annotations.NullMarked;
