/** What a node serves at one moment: the immutable plan of listeners, hosts and routes that is swapped whole. */
@NullMarked
package dev.steelyard.dataplane.edition;

import org.jspecify.annotations.NullMarked;
