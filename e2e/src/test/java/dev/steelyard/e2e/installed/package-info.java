/**
 * Steelyard as an administrator installs it: API server, operator and nodes with a dataplane, all of them real programs.
 */
@NullMarked
package dev.steelyard.e2e.installed;

import org.jspecify.annotations.NullMarked;
