/** What users and the operator write. */
@NullMarked
package dev.steelyard.dataplane.fuzz.configuration;

import org.jspecify.annotations.NullMarked;
