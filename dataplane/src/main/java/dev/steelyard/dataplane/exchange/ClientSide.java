package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Where one request comes from and its response goes: an HTTP/1.1 connection while the request is its turn, or one stream of an HTTP/2
 * connection. For the client connection's event loop alone.
 *
 * <p>The request's side calls the {@link Exchange}; this is what the exchange calls. Any call here may end in calls back, also before it
 * returns. Heads and trailers are valid during the call alone.
 */
public interface ClientSide {

    /** Who sent the request. */
    ClientOrigin origin();

    /** The version that the request is of, such as {@code HTTP/1.1}. */
    String protocol();

    /** Passes on an interim response (RFC 9110 section 15.2) if the client's version knows them. */
    void interim(ResponseHead interim);

    /**
     * Writes the response's head.
     *
     * @param requestDone whether the request has been received whole
     */
    void head(ResponseHead response, boolean requestDone);

    /** Writes a piece of the response's body, and takes its ownership. After {@link #upgraded}: bytes of the new protocol. */
    void data(ByteBuf piece);

    /**
     * The same with a part of a buffer; the buffer stays the caller's.
     *
     * @param length octets to be read from it
     */
    default void data(ByteBuf from, int length) {
        data(from.readRetainedSlice(length));
    }

    /** Writes the end of the response's body. {@link #ended} follows. */
    void end(@Nullable Trailers trailers);

    /** Writes that the endpoint has changed protocol (101, RFC 9110 section 7.8): bytes both ways from now on. */
    void upgraded(ResponseHead response);

    /** After {@link #upgraded}: the endpoint sends no more. */
    void endOutput();

    /**
     * Writes a response of our own, whole. {@link #ended} follows.
     *
     * @param requestDone whether the request has been received whole
     * @return octets of the body, as written
     */
    int answer(LocalReply reply, boolean requestDone);

    /**
     * The response has been written whole, or, after an upgrade, both directions have ended. Once the last of it has left, this calls {@link
     * Exchange#report}; no other call to the exchange follows.
     */
    void ended(Exchange exchange);

    /**
     * Ends the response in its midst so that the client cannot take what it got for the whole.
     *
     * @see Exchange#clientGone
     */
    void cutShort();

    /** Whether more of the response is taken without queueing beyond a mark; when it is again, {@link Exchange#clientWritable} is called. */
    boolean writable();

    /** Sends what was written. */
    void flush();

    /** Octets written to the client so far, counted from any beginning that stays the same during the exchange. */
    long written();

    /** Whether the client has taken some of what it was sent, and not yet all, since this was last asked. */
    boolean progresses();

    /** Sets when {@link Exchange#deadlinePassed} is called next, by {@link dev.steelyard.dataplane.transport.Deadlines#now}. */
    void deadline(long at);

    /** The exchange can take of the request's body what it could not before. */
    void resume();
}
