/** Networks and the addresses in them. */
@NullMarked
package dev.steelyard.dataplane.address;

import org.jspecify.annotations.NullMarked;
