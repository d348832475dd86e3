/** Parts of a Pool's spec: members, how one is chosen, how their health is known and how they are reached. */
@NullMarked
package dev.steelyard.crds.v1alpha1.pool;

import org.jspecify.annotations.NullMarked;
