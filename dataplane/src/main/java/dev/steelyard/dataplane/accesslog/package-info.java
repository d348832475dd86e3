/**
 * The access log: a line for each request of routes, and each connection of TCP listeners, whose policies say so.
 *
 * <p>An event loop notes what a line says in a {@link dev.steelyard.dataplane.accesslog.LogEntry} that it uses again and again, writes the
 * line into its own ring, and goes on; one thread writes what is in the rings. Where that thread falls behind, because whoever reads the log
 * does, lines are dropped and counted: traffic never waits for its log.
 *
 * <h2>Forged lines</h2>
 * Whatever a client can choose is escaped so that it ends neither a line nor a pair of quotes: in JSON as JSON demands, elsewhere as
 * {@code \xHH}, as nginx does. What is not UTF-8 is taken for ISO-8859-1 in JSON. A value is cut after 4,096 octets.
 */
@NullMarked
package dev.steelyard.dataplane.accesslog;

import org.jspecify.annotations.NullMarked;
