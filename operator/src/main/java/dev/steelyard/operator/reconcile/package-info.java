/**
 * The operator in a cluster: watches what is declared, keeps what is published in step with it, and writes statuses and Events.
 *
 * <p>Watches feed one pipeline thread, which resolves, compiles and publishes everything that changed in one go; the Java Operator
 * SDK's reconcilers carry the statuses that follow from it to the objects.
 */
@NullMarked
package dev.steelyard.operator.reconcile;

import org.jspecify.annotations.NullMarked;
