package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.body.BodySink;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sends a request to an endpoint, as its stream sees it. Called on the stream's event loop; after {@link #complete} or {@link
 * #failed} nothing more comes.
 */
public interface UpstreamListener extends BodySink {

    /** What was opened is there, and is the listener's until released or closed. */
    void connected(UpstreamStream stream);

    /** An interim response other than 101; the head is valid during the call alone. */
    void interim(ResponseHead head);

    /** The final response has begun; the head is valid during the call alone. */
    void head(ResponseHead head);

    /** 101: from now on {@link #data} is what the endpoint sends in the new protocol. */
    void upgraded(ResponseHead head);

    /**
     * The response has ended. The listener releases the stream if its request has been sent whole, or else closes it, at once.
     *
     * @param trailers valid during the call alone
     */
    void complete(@Nullable Trailers trailers);

    /** After an upgrade: the endpoint has sent all that it will. */
    void inputEnded();

    /**
     * What a program said on its standard error about this request.
     *
     * @param line safe to log
     */
    default void complained(String line) {}

    /** The exchange has failed; the stream is closed. */
    void failed(UpstreamFailure failure);

    /** For now there is no more to be read: the moment to flush. */
    void readComplete();

    /** {@link UpstreamStream#writable} has changed. */
    void writabilityChanged();
}
