package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.edition.RouteTarget;
import dev.steelyard.dataplane.filter.Mirroring;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import dev.steelyard.dataplane.upstream.ForwardingFields;
import dev.steelyard.dataplane.upstream.UpstreamFailure;
import dev.steelyard.dataplane.upstream.UpstreamListener;
import dev.steelyard.dataplane.upstream.UpstreamStream;
import dev.steelyard.snapshot.Retry;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one request, sent to one endpoint of another pool. Nobody waits for it: what its endpoint does not take in time is kept up to a
 * bound, past which the copy is given up, as it is when anything fails. Its response is read and thrown away. Lives on, without its exchange,
 * until that has come or time is over.
 */
final class MirroredRequest implements UpstreamListener {

    /** What may wait for the endpoint. */
    private static final int MAX_WAITING = 256 * 1024;

    private final EngineLoop loop;
    private final RequestHead head;
    private final ForwardingFields client;
    private final boolean trusted;
    private final Attempts attempts;
    private final Deadline deadline;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable UpstreamStream upstream;
    private int waitingBytes;
    private boolean sent;
    private boolean requestDone;
    private boolean endSent;
    private boolean over;

    private MirroredRequest(
            EngineLoop loop,
            RequestHead request,
            ClientOrigin origin,
            ForwardingFields client,
            boolean trusted,
            Mirroring mirroring) {
        this.loop = loop;
        this.head = loop.takeHead().copyOf(request);
        this.client = client;
        this.trusted = trusted;
        this.attempts = new Attempts(loop).begin(mirroring.pool(), Retry.DEFAULT, head, this, origin);
        this.deadline = loop.deadlines().deadline(this::giveUp);
        this.requestDone = request.framing() == Framing.NONE;
    }

    /**
     * Sends a copy of a request if it is among those that are mirrored.
     *
     * @param request as the pool is sent it
     * @param client what its endpoint is told of the client
     * @param trusted whether what the request itself says of the client is believed
     * @return null if it is not; upgrades never are
     */
    static @Nullable MirroredRequest begin(
            EngineLoop loop,
            RouteTarget target,
            RequestHead request,
            ClientOrigin origin,
            ForwardingFields client,
            boolean trusted) {
        Mirroring mirroring = target.filters().mirroring();
        if (mirroring == null
                || request.upgradeField() >= 0
                || (mirroring.percent() < 100 && loop.random().nextInt(100) >= mirroring.percent())) {
            return null;
        }
        MirroredRequest mirrored = new MirroredRequest(loop, request, origin, client, trusted, mirroring);
        mirrored.send(target.timeouts().request());
        return mirrored;
    }

    private void send(Duration patience) {
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == KnownField.EXPECT) {
                // The body comes when the pool asks for it, whatever this endpoint says.
                head.drop(i);
            }
        }
        if (!patience.isZero()) {
            deadline.in(patience.toNanos());
        }
        UpstreamStream next = attempts.next(requestDone, requestDone);
        upstream = next;
        if (next == null) {
            end();
        } else if (next.reused()) {
            sendHead(next);
        } else {
            next.open();
        }
    }

    @Override
    public void connected(UpstreamStream stream) {
        sendHead(stream);
    }

    private void sendHead(UpstreamStream stream) {
        stream.send(this, head, client, trusted);
        sent = true;
        drain();
        stream.flush();
    }

    /** A piece of the request's body; it stays the caller's. */
    void requestData(ByteBuf piece) {
        if (over) {
            return;
        }
        if (waitingBytes + piece.readableBytes() > MAX_WAITING) {
            giveUp();
            return;
        }
        waiting.add(piece.retainedDuplicate());
        waitingBytes += piece.readableBytes();
        drain();
    }

    /** The request's body has ended. */
    void requestComplete() {
        requestDone = true;
        drain();
        flush();
    }

    /** The request's body will never end. */
    void abandon() {
        if (!requestDone) {
            giveUp();
        }
    }

    /** For now no more is coming. */
    void flush() {
        if (sent && upstream != null) {
            upstream.flush();
        }
    }

    private void drain() {
        UpstreamStream to = upstream;
        if (!sent || to == null) {
            return;
        }
        while (!waiting.isEmpty() && to.writable()) {
            ByteBuf piece = waiting.remove();
            waitingBytes -= piece.readableBytes();
            to.data(piece);
            if (!to.writable()) {
                to.flush();
            }
        }
        if (requestDone && waiting.isEmpty() && !endSent) {
            endSent = true;
            to.end(null);
        }
    }

    @Override
    public void writabilityChanged() {
        drain();
        flush();
    }

    @Override
    public void interim(ResponseHead interim) {}

    @Override
    public void head(ResponseHead response) {}

    @Override
    public void data(ByteBuf piece) {
        piece.release();
    }

    @Override
    public void upgraded(ResponseHead response) {
        giveUp();
    }

    @Override
    public void complete(@Nullable Trailers trailers) {
        UpstreamStream done = upstream;
        upstream = null;
        if (done != null) {
            if (endSent) {
                done.release();
            } else {
                done.close();
            }
        }
        end();
    }

    @Override
    public void inputEnded() {
        giveUp();
    }

    @Override
    public void failed(UpstreamFailure failure) {
        upstream = null;
        end();
    }

    @Override
    public void readComplete() {}

    private void giveUp() {
        UpstreamStream left = upstream;
        upstream = null;
        if (left != null) {
            left.close();
        }
        end();
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        deadline.cancel();
        attempts.over();
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        loop.giveHead(head);
    }
}
