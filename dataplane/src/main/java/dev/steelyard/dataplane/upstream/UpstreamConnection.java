package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.body.BodyDecoder;
import dev.steelyard.dataplane.http1.body.BodyEncoder;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection to an endpoint: reads responses strictly, one for each request. */
final class UpstreamConnection extends PooledConnection {

    private static final int MAX_INTERIM = 32;
    private static final long LAST_SEND_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final UpstreamConnections owner;

    /** The one that is being read: those that wait for an answer hold none. */
    private @Nullable ResponseHead head;

    private final BodyDecoder body = new BodyDecoder();
    private @Nullable BodyEncoder requestBody;
    private @Nullable ChannelFuture last;
    private boolean toHead;
    private boolean upgradeAsked;
    private boolean endsWithConnection;
    private int interim;

    UpstreamConnection(
            UpstreamConnections owner,
            Endpoint endpoint,
            LivePool.State state,
            @Nullable OwnConnections own,
            UpstreamListener listener) {
        super(owner, endpoint, state, own, listener);
        this.owner = owner;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        requestBody = new BodyEncoder(out());
    }

    @Override
    public void send(UpstreamListener receiver, RequestHead request, ForwardingFields client, boolean trusted) {
        begin(receiver);
        toHead = request.method().equals("HEAD");
        upgradeAsked = request.upgradeField() >= 0;
        interim = 0;
        endsWithConnection = false;
        body().begin(request.framing());
        ForwardedRequest.write(request, client, trusted, out());
    }

    @Override
    public void data(ByteBuf piece) {
        body().data(piece);
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        body().end(trailers);
    }

    private BodyEncoder body() {
        if (requestBody == null) {
            throw new IllegalStateException("not connected");
        }
        return requestBody;
    }

    @Override
    public void endOutput() {
        // shutdownOutput drops what the kernel has not taken yet.
        last = out().finish();
        last.addListener(_ -> {
            SslHandler encryption = context().pipeline().get(SslHandler.class);
            if (encryption == null) {
                shutdownOutput();
            } else {
                encryption.closeOutbound().addListener(_ -> shutdownOutput());
            }
        });
    }

    private void shutdownOutput() {
        var _ = ((DuplexChannel) context().channel()).shutdownOutput();
    }

    @Override
    public void closeWhenSent() {
        ChannelFuture sending = last;
        if (sending == null || sending.isDone()) {
            close();
        } else {
            leave(LAST_SEND_NANOS);
            sending.addListener(_ -> close());
        }
    }

    @Override
    void read(ByteBuf in) throws MalformedMessage {
        while (in.isReadable()) {
            UpstreamListener receiver = listener();
            if (receiver == null) {
                close();
                return;
            }
            switch (phase()) {
                case HEAD -> {
                    ResponseHead read = head == null ? owner.heads().take().begin(toHead) : head;
                    head = read;
                    if (read.read(in)) {
                        head = null;
                        headRead(read, receiver, in);
                        owner.heads().give(read);
                    }
                }
                case BODY -> {
                    body.decode(in, receiver);
                    completeIfDone(in);
                }
                case TUNNEL -> receiver.data(in.readRetainedSlice(in.readableBytes()));
                case CONNECTING, READY, ENDED -> {
                    fail(UpstreamFailure.MALFORMED);
                    return;
                }
                case CLOSED -> {
                    return;
                }
            }
        }
    }

    private void headRead(ResponseHead head, UpstreamListener receiver, ByteBuf in) {
        if (head.interim() && ++interim <= MAX_INTERIM) {
            receiver.interim(head);
        } else if (head.interim()) {
            fail(UpstreamFailure.MALFORMED);
        } else if (head.status() == 101) {
            if (upgradeAsked && head.upgradeField() >= 0) {
                phase(Phase.TUNNEL);
                receiver.upgraded(head);
            } else {
                fail(UpstreamFailure.MALFORMED);
            }
        } else {
            phase(Phase.BODY);
            body.begin(head.framing(), head.contentLength());
            endsWithConnection = head.framing() == Framing.UNTIL_CLOSE;
            noteKeepAlive(head);
            receiver.head(head);
            completeIfDone(in);
        }
    }

    private void noteKeepAlive(ResponseHead head) {
        int seconds = head.keepAliveSeconds();
        reusable(head.keepAlive(), seconds < 0 ? Long.MAX_VALUE : deadlines().now() + (seconds - 1) * 1_000_000_000L);
    }

    private void completeIfDone(ByteBuf in) {
        UpstreamListener receiver = listener();
        if (receiver != null && phase() == Phase.BODY && body.done()) {
            ended(in.isReadable());
            receiver.complete(body.trailers());
        }
    }

    @Override
    boolean endsWithInput(UpstreamListener receiver) {
        if (broken()) {
            return false;
        }
        if (phase() == Phase.TUNNEL && context().channel().isActive()) {
            receiver.inputEnded();
            return true;
        }
        if (phase() == Phase.BODY && !body.done() && endsWithConnection && endIsEndpoints()) {
            ended(false);
            receiver.complete(null);
            return true;
        }
        return false;
    }
}
