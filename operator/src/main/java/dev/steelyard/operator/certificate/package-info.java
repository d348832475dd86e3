/** Certificates and private keys as users store them. Pure. */
@NullMarked
package dev.steelyard.operator.certificate;

import org.jspecify.annotations.NullMarked;
