package dev.steelyard.dataplane.http1;

/** How far a client connection is with the request under way. */
enum ClientPhase {
    /** Idle, or a head is arriving. */
    HEAD,
    /** The request's body is arriving. */
    BODY,
    /** The request is complete; its response is not. */
    RESPONSE,
    /** After an upgrade. */
    TUNNEL,
    /** The last response has been written; whatever still comes is thrown away. */
    LINGER,
    CLOSED
}
