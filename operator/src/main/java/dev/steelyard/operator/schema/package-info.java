/**
 * Holds objects from files to the same schemas, defaults and CEL rules that the API server holds objects to, so that what {@code
 * steelyard check} passes can be applied and what it refuses is refused there.
 */
@NullMarked
package dev.steelyard.operator.schema;

import org.jspecify.annotations.NullMarked;
