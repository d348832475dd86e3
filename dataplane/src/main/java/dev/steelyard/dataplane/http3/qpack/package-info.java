/**
 * Field compression of HTTP/3 (RFC 9204) by the static table and Huffman codes alone: the dynamic table is given no room, so there is no state
 * between field sections, none blocks another, and nothing is there for a client to fill or to guess at.
 */
@NullMarked
package dev.steelyard.dataplane.http3.qpack;

import org.jspecify.annotations.NullMarked;
