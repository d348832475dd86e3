/**
 * The kinds of {@code steelyard.dev/v1alpha1} with their specs and statuses. The custom resource definitions and the reference
 * documentation are generated from these types: the text of {@code @JsonPropertyDescription} is what users read.
 */
@NullMarked
package dev.steelyard.crds.v1alpha1;

import org.jspecify.annotations.NullMarked;
