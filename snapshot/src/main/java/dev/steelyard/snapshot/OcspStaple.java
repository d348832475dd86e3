package dev.steelyard.snapshot;

import java.time.Instant;

/**
 * What an authority says of a certificate (RFC 6960), shown with it to clients that ask (RFC 6066 section 8).
 *
 * @param response DER, in Base64; it says that the certificate is good
 * @param until when it ends; it is not shown after that
 */
public record OcspStaple(String response, Instant until) {}
