/** What all parts of the API share: text formats, their parsers, bounds, and how absent values are filled in. */
@NullMarked
package dev.steelyard.crds;

import org.jspecify.annotations.NullMarked;
