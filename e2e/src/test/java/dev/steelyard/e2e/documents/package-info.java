/** What the documents tell users to type, typed. */
@NullMarked
package dev.steelyard.e2e.documents;

import org.jspecify.annotations.NullMarked;
