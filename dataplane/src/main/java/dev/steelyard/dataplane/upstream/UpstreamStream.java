package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Where one request is sent: an HTTP/1.1 or FastCGI connection to an endpoint while it is the request's, or one stream of an HTTP/2
 * connection. For its event loop alone.
 */
public interface UpstreamStream {

    /** Whether its connection has carried a request before, and so may be used at once. If not, it is still to be opened. */
    boolean reused();

    /** Opens it; its listener hears of it, or of {@link UpstreamFailure#CONNECT}, perhaps before this returns. */
    void open();

    /**
     * Writes the request's head. The same request may be sent to another endpoint later.
     *
     * @param receiver of the response
     * @param client what the endpoint is told of the client
     * @param trusted whether what the request itself says of the client is believed
     */
    void send(UpstreamListener receiver, RequestHead request, ForwardingFields client, boolean trusted);

    /** Writes a piece of the request's body, and takes its ownership. After an upgrade: bytes of the new protocol. */
    void data(ByteBuf piece);

    /** Writes the end of the request's body. */
    void end(@Nullable Trailers trailers);

    /** Sends what was written. */
    void flush();

    /**
     * Whether it takes more of a body without queueing beyond its mark; {@link UpstreamListener#writabilityChanged} tells when that changes.
     * Once broken it takes, and loses, everything.
     */
    boolean writable();

    /** Stops or resumes reading, for as long as whoever is to get the response has enough. */
    void reading(boolean wanted);

    /** After {@link UpstreamListener#complete}: the request was sent whole, and its connection may carry another. */
    void release();

    /** Ends it, whatever its state; the endpoint is told to stop, and the listener hears no more. */
    void close();

    /** After an upgrade: nothing more will be sent. What was written before is. */
    void endOutput();

    /** Ends it once what was written before {@link #endOutput} has been sent; its listener hears no more. */
    void closeWhenSent();
}
