/** What a user of kubectl sees of Steelyard's API before any program of Steelyard's runs: schemas, explanations, columns. */
@NullMarked
package dev.steelyard.e2e.api;

import org.jspecify.annotations.NullMarked;
