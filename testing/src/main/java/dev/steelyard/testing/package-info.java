/** What the tests of several modules need. */
@NullMarked
package dev.steelyard.testing;

import org.jspecify.annotations.NullMarked;
