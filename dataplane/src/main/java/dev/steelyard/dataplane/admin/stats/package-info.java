/** What a node does from second to second: the stats page, its numbers as JSON, and HAProxy's CSV. */
@NullMarked
package dev.steelyard.dataplane.admin.stats;

import org.jspecify.annotations.NullMarked;
