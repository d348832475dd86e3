@NullMarked
package dev.steelyard.operator.demo;

import org.jspecify.annotations.NullMarked;
