/** What watches Steelyard: rules, dashboard, templates and plugins, with the programs that read them. */
@NullMarked
package dev.steelyard.e2e.monitoring;

import org.jspecify.annotations.NullMarked;
