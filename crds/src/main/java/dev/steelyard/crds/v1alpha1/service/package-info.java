/** Parts of a VirtualService's spec: listeners and routes. */
@NullMarked
package dev.steelyard.crds.v1alpha1.service;

import org.jspecify.annotations.NullMarked;
