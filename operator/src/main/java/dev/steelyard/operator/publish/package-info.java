/**
 * What the operator keeps in the cluster for its nodes and its successors: immutable, content-addressed Secrets that each hold one
 * snapshot and the object it was compiled from, and the index that names those in force.
 */
@NullMarked
package dev.steelyard.operator.publish;

import org.jspecify.annotations.NullMarked;
