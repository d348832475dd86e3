/** The admin port: health, readiness, metrics, what is served, and the few things that an administrator may change. */
@NullMarked
package dev.steelyard.dataplane.admin;

import org.jspecify.annotations.NullMarked;
