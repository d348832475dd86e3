/** Sections of a Policy's spec, each optional. */
@NullMarked
package dev.steelyard.crds.v1alpha1.policy;

import org.jspecify.annotations.NullMarked;
