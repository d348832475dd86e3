/** What connections begin with, and what is answered on those that this program opens of its own. */
@NullMarked
package dev.steelyard.dataplane.fuzz.connection;

import org.jspecify.annotations.NullMarked;
