/** What Steelyard balances over in the tests: servers that say who they are, at addresses a cluster accepts. */
@NullMarked
package dev.steelyard.e2e.backend;

import org.jspecify.annotations.NullMarked;
