package dev.steelyard.dataplane.quic;

import java.time.Duration;

/** What clients are told of how much they may send (RFC 9000 section 18.2). Windows grow as what comes is passed on, up to quiche's bounds. */
final class Transport {

    /** Of silence on the wire: then either side forgets the connection. Listeners' own limits end it before. */
    static final Duration IDLE = Duration.ofMinutes(5);

    /** Of datagrams that are sent: what passes nearly everywhere. */
    static final int SENT_BYTES = 1_350;

    static final int CONNECTION_WINDOW = 1024 * 1024;
    static final int STREAM_WINDOW = 256 * 1024;
    static final int ONE_WAY_WINDOW = 16 * 1024;

    /** Requests that may be open at once. */
    static final int STREAMS = 100;

    /** Streams on which clients alone send: three that HTTP/3 has, and some of no meaning. */
    static final int ONE_WAY_STREAMS = 8;

    /** Addresses that one connection may come from in its life: quiche remembers each, and takes nothing from a further one. */
    static final int PATHS = 8;

    private Transport() {}
}
