/** What has to hold within one object, whatever else there is. Pure. */
@NullMarked
package dev.steelyard.operator.validate;

import org.jspecify.annotations.NullMarked;
