package dev.steelyard.dataplane.http2.frame;

import io.netty.buffer.ByteBuf;

/**
 * Takes frames as they are read, well-formed in themselves. Numbers of streams are not checked against anything but zero. What throws a {@link
 * Violation} ends the connection.
 */
public interface FrameSink {

    /**
     * A DATA frame begins.
     *
     * @param length of its payload, padding included: what flow control counts
     */
    void dataFrame(int stream, int length, boolean endStream) throws Violation;

    /**
     * Content of the DATA frame that began last, as it arrives: at least once for each frame.
     *
     * @param piece may be empty; its ownership goes to the sink
     * @param last whether the frame ends with it
     */
    void data(int stream, ByteBuf piece, boolean last) throws Violation;

    /** So many octets of the DATA frame that began last are padding. */
    void padding(int stream, int length);

    /**
     * A header block is complete.
     *
     * @param block valid during the call alone
     */
    void headers(int stream, ByteBuf block, boolean endStream) throws Violation;

    /** A PRIORITY frame. */
    void priority(int stream) throws Violation;

    /** RST_STREAM. */
    void reset(int stream, long code) throws Violation;

    /** One setting of a SETTINGS frame; {@link #settingsEnd} follows the last. */
    void setting(int id, long value) throws Violation;

    /** A SETTINGS frame has ended. */
    void settingsEnd() throws Violation;

    /** The peer has our settings. */
    void settingsAck() throws Violation;

    /** PING. */
    void ping(long payload, boolean ack) throws Violation;

    /** GOAWAY. */
    void goAway(int lastStream, long code) throws Violation;

    /**
     * WINDOW_UPDATE.
     *
     * @param stream 0: of the connection
     * @param increment 1..2^31-1
     */
    void windowUpdate(int stream, int increment) throws Violation;

    /** A frame of a type that is not known, and is passed over (RFC 9113 section 5.5). */
    void unknownFrame() throws Violation;

    /** A frame breaks its layout in a way that concerns its stream alone. */
    void streamViolation(int stream, ErrorCode code) throws Violation;
}
