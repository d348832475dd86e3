/** Tests of what users store. */
@NullMarked
package dev.steelyard.operator.certificate;

import org.jspecify.annotations.NullMarked;
