/** How what was decided reaches the API server. */
@NullMarked
package dev.steelyard.operator.reconcile;

import org.jspecify.annotations.NullMarked;
