/**
 * What routes ask of a request beside its path: conditions on its fields, cookies, query, media types and client. Knows no version of HTTP.
 */
@NullMarked
package dev.steelyard.dataplane.match;

import org.jspecify.annotations.NullMarked;
