/**
 * One request and its response, whatever versions of HTTP its client and its endpoint speak: routed, sent to one endpoint after the other,
 * both bodies passed on no faster than the other side takes them, and counted.
 *
 * <p>Heads travel as {@link dev.steelyard.dataplane.http1.head.RequestHead} and {@link dev.steelyard.dataplane.http1.head.ResponseHead} in
 * all versions: read from octets in HTTP/1.1, filled in field by field in others, and checked alike. Each version brings a {@link
 * dev.steelyard.dataplane.exchange.ClientSide} and a {@link dev.steelyard.dataplane.upstream.UpstreamStream}.
 *
 * <h2>Which path a request has</h2>
 * Routes match the normalised path, and endpoints are sent that same path: escapes of unreserved characters decoded, other escapes in upper
 * case, dot segments resolved (RFC 3986 section 6.2.2). Encoded slashes and backslashes, doubled slashes and {@code ;} parameters are passed
 * on as they came, but only if the route is the same for an endpoint that takes them for slashes, merges them or ignores them: otherwise
 * 400, since such an endpoint would serve a path that the rules of its route never saw. Backslashes, {@code %00}, malformed escapes and
 * hidden dot segments are refused.
 *
 * <h2>What endpoints are told of the client</h2>
 * {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}, {@code -Port} and {@code Forwarded} (RFC 7239). From trusted proxies the first
 * and the last are appended to and the others kept; from anybody else all of them, any other {@code X-Forwarded-…} and {@code X-Real-IP}
 * are dropped first. {@code Via} is not added: neither HAProxy, nginx nor Envoy do by default, and some servers switch features off for it.
 */
@NullMarked
package dev.steelyard.dataplane.exchange;

import org.jspecify.annotations.NullMarked;
