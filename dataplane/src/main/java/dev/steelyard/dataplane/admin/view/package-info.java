/** What the admin port shows, as the rest of the dataplane gives it. */
@NullMarked
package dev.steelyard.dataplane.admin.view;

import org.jspecify.annotations.NullMarked;
