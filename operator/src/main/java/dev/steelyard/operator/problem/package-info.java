/** What the author of an object has to know: the stuff that conditions, Events and lines on stderr are made of. */
@NullMarked
package dev.steelyard.operator.problem;

import org.jspecify.annotations.NullMarked;
