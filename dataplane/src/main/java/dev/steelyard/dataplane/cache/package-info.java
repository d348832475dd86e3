/** What a node keeps of its configuration and endpoints, so that it can start while the API server is away. */
@NullMarked
package dev.steelyard.dataplane.cache;

import org.jspecify.annotations.NullMarked;
