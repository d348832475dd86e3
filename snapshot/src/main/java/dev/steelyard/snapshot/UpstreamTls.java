package dev.steelyard.snapshot;

import java.util.Optional;

/**
 * TLS towards the endpoints of a pool. {@link #toString} leaves the client's key out.
 *
 * @param authorities PEM certificates of the authorities to trust; empty: those of the system. Of no meaning without {@code verify}
 * @param clientCertificate shown to endpoints that ask for one
 * @param serverName sent as SNI and looked for in the endpoint's certificate; empty: the member's DNS name, or else the endpoint's address
 * @param verify whether the endpoint's certificate has to be valid and for that name
 */
public record UpstreamTls(
        String authorities, Optional<Certificate> clientCertificate, String serverName, boolean verify) {}
