package dev.steelyard.snapshot;

/** What a listener speaks with its clients. */
public enum Protocol {
    /** HTTP/1.1 in clear text. */
    HTTP,
    /** HTTP/1.1 over TLS that ends here. */
    HTTPS,
    /** TLS passed through undeciphered, by the server name that clients ask for. */
    TLS,
    /** Bytes, relayed. */
    TCP,
    /** Datagrams, relayed. */
    UDP
}
