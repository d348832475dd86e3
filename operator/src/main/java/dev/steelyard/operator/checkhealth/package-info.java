/**
 * {@code steelyard check-health}: what a node's admin port tells, judged as a plugin for Nagios, Icinga and their like
 * (<a href="https://www.monitoring-plugins.org/doc/guidelines.html">Monitoring Plugins Development Guidelines</a>).
 */
@NullMarked
package dev.steelyard.operator.checkhealth;

import org.jspecify.annotations.NullMarked;
