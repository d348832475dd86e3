/**
 * Makes the custom resource definitions and their reference pages from the types of the API. Part of the build, not of the
 * product: {@code GeneratedFilesTest} checks that what is checked in is fresh, and writes it anew when asked.
 */
@NullMarked
package dev.steelyard.crds.generate;

import org.jspecify.annotations.NullMarked;
