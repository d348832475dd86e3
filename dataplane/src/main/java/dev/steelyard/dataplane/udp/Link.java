package dev.steelyard.dataplane.udp;

import io.netty.buffer.ByteBuf;

/** A session's socket towards one peer: gets what that peer sends, and nothing else. On the session's event loop. */
interface Link {

    /**
     * Sends a datagram, and takes it over.
     *
     * @return false if it is lost, as the peer does not keep up
     */
    boolean send(ByteBuf datagram);

    /** Whether what is sent waits for {@link #flush}. */
    boolean isBuffered();

    /** Lets what was sent go. */
    void flush();

    /** Closes the socket; what comes after that is not told. */
    void close();

    /** Who is told of what a peer sends. */
    interface Receiver {

        /** A datagram has come, which the receiver takes over. */
        void received(ByteBuf datagram);

        /** For now that was all. */
        void receivedAll();

        /** The peer's host, or the network, says that datagrams do not reach it. */
        void failed(Throwable cause);
    }
}
