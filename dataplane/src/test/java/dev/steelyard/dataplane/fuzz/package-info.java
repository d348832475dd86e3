/**
 * Fuzz targets for everything that reads what strangers send. Their inputs are run by every build, octets changed at random a little; {@code
 * make fuzz} has Jazzer look for new ones by coverage.
 */
@NullMarked
package dev.steelyard.dataplane.fuzz;

import org.jspecify.annotations.NullMarked;
