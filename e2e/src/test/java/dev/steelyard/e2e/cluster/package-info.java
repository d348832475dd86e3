/**
 * Kubernetes API servers for the tests, from whatever this machine offers ({@code e2e/kube/provider} decides), and
 * kubectl to talk to them as a user does.
 */
@NullMarked
package dev.steelyard.e2e.cluster;

import org.jspecify.annotations.NullMarked;
