package dev.steelyard.dataplane.filter;

/**
 * What a client asked for, as far as it can be known.
 *
 * @param scheme {@code http} or {@code https}
 * @param host lower case, without port; IPv6 addresses in brackets
 * @param port as the client wrote it; 0 for none
 * @param path normalised, without the query
 * @param query as sent; empty for none
 */
public record AskedUrl(String scheme, String host, int port, String path, String query) {}
