/** Where configuration and endpoints come from: the seams towards Kubernetes, files and the node's cache. */
@NullMarked
package dev.steelyard.dataplane.source;

import org.jspecify.annotations.NullMarked;
