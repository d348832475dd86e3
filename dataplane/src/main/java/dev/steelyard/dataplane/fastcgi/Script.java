package dev.steelyard.dataplane.fastcgi;

/**
 * The program that a request runs. Texts are octets: what was percent-encoded is decoded, each char is one octet.
 *
 * @param name its path below the document root: {@code SCRIPT_NAME}
 * @param pathInfo what follows it in the request's path: {@code PATH_INFO}; empty if nothing does
 */
public record Script(String name, String pathInfo) {}
