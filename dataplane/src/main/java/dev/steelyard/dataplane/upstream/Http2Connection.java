package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.frame.FieldBlock;
import dev.steelyard.dataplane.http2.frame.FrameType;
import dev.steelyard.dataplane.http2.frame.FrameWriter;
import dev.steelyard.dataplane.http2.frame.Preface;
import dev.steelyard.dataplane.http2.frame.Violation;
import dev.steelyard.dataplane.http2.session.Session;
import dev.steelyard.dataplane.http2.session.Stream;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.tls.HandshakeFailure;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import dev.steelyard.dataplane.transport.SourcePorts;
import dev.steelyard.snapshot.Pool.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection to an endpoint (RFC 9113), shared by the requests that it has room for. It counts as established once the endpoint has
 * sent its settings: a server that speaks no HTTP/2 is found out before it gets a request.
 */
final class Http2Connection extends Session {

    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);
    private static final int LAST_STREAM = Integer.MAX_VALUE - 2;

    /** What endpoints do is not counted against them, but for frames that serve nothing. */
    private static final int MOST_RESETS = Integer.MAX_VALUE;

    private final Http2Connections owner;
    private final Endpoint endpoint;
    private final Connections settings;
    private final @Nullable ClientTls tls;
    private final Deadline deadline;
    private final ResponseHead head = new ResponseHead();
    private final ByteBuf scratch = Unpooled.buffer(256);
    private final List<Http2Request> waiting = new ArrayList<>();
    private final List<Http2Request> touched = new ArrayList<>();
    private Phase phase = Phase.NEW;
    private int placed;
    private int nextStream = 1;
    private int requests;
    private boolean retired;
    private boolean served;
    private boolean handled;
    private int peerStreams = Integer.MAX_VALUE;
    private boolean tunnels;

    private enum Phase {
        NEW,
        CONNECTING,
        READY,
        CLOSED
    }

    /** @param encryption how it is encrypted; null: not at all */
    Http2Connection(Http2Connections owner, Endpoint endpoint, Connections settings, @Nullable ClientTls encryption) {
        super(owner.deadlines(), ResponseHead.MAX_BYTES, MOST_RESETS);
        this.owner = owner;
        this.endpoint = endpoint;
        this.settings = settings;
        this.tls = encryption;
        this.deadline = owner.deadlines().deadline(this::deadlinePassed);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it was made under these settings. */
    @SuppressWarnings("ReferenceEquality") // TLS settings made anew have other authorities or another certificate
    boolean madeUnder(Connections wanted, @Nullable ClientTls encryption) {
        return settings.equals(wanted) && tls == encryption;
    }

    /** How many idle ones to its endpoint all loops together keep. */
    int maxIdle() {
        return settings.maxIdle();
    }

    /** Zero: the system's own limit. */
    int connectTimeoutMillis() {
        return (int) Math.min(settings.connectTimeout().toMillis(), Integer.MAX_VALUE);
    }

    /** What its channel begins with. */
    ChannelHandler pipeline() {
        ClientTls encryption = tls;
        if (encryption == null) {
            return this;
        }
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(
                                encryption.handler(
                                        channel.alloc(),
                                        endpoint.host(),
                                        endpoint.address().hashCode(),
                                        connectTimeoutMillis()),
                                Http2Connection.this);
            }
        };
    }

    boolean isReady() {
        return phase == Phase.READY;
    }

    /** Whether by TLS. */
    boolean secure() {
        return tls != null;
    }

    /** A response begins: its head is read into this. */
    ResponseHead head() {
        served = true;
        return head;
    }

    /** For what is put together before it is written. */
    ByteBuf scratch() {
        return scratch;
    }

    /** Whether the endpoint takes extended CONNECT (RFC 8441 section 3). Known once it is ready. */
    boolean tunnels() {
        return tunnels;
    }

    /** Whether a request has been answered on it. */
    boolean hasServed() {
        return served;
    }

    /** Whether it takes another request. */
    boolean takesRequest() {
        return !retired && phase != Phase.CLOSED && placed < Math.min(settings.mostStreams(), peerStreams);
    }

    /** A place for another request. */
    Http2Request place(UpstreamListener listener) {
        placed++;
        requests++;
        if (phase == Phase.READY) {
            deadline.at(Long.MAX_VALUE);
        }
        Http2Request request = new Http2Request(this, listener);
        boolean spent = settings.maxRequests() > 0 && requests >= settings.maxRequests();
        if (spent || nextStream > LAST_STREAM - 2 * placed) {
            retire();
        }
        return request;
    }

    void open(Http2Request request) {
        switch (phase) {
            case NEW -> {
                phase = Phase.CONNECTING;
                waiting.add(request);
                owner.connect(this);
            }
            case CONNECTING -> waiting.add(request);
            case READY -> request.connected();
            case CLOSED -> request.notConnected(UpstreamFailure.CONNECT);
        }
    }

    /** Runs something once what is under way has been done. */
    void later(Runnable task) {
        context().channel().eventLoop().execute(task);
    }

    /** A request gets its stream. */
    void begin(Http2Request request) {
        add(request, nextStream, false);
        nextStream += 2;
    }

    /** A request has given its place back. */
    void left(Http2Request request) {
        placed--;
        waiting.remove(request);
        idleIfEmpty();
    }

    private void idleIfEmpty() {
        if (placed > 0 || phase != Phase.READY) {
            return;
        }
        if (retired || endpoint.gone() || owner.hasEnoughIdle(this)) {
            close();
        } else {
            deadline.in(settings.idleTimeout().toNanos());
        }
    }

    boolean isIdle() {
        return phase == Phase.READY && placed == 0;
    }

    /** It takes no further request, and ends with the last one under way. */
    void retire() {
        if (!retired) {
            retired = true;
            owner.forget(this);
            idleIfEmpty();
        }
    }

    void connectFailed(Throwable cause) {
        LOG.debug("no connection to {}: {}", endpoint, cause.getMessage());
        fallen(SourcePorts.exhausted(cause) ? UpstreamFailure.NO_SOURCE_PORT : UpstreamFailure.CONNECT);
    }

    /** The TCP connection is there. */
    void connected() {
        if (tls == null) {
            established();
        }
    }

    /** In order with what is read: SETTINGS may come with the end of the handshake. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken) {
            SslHandler encryption = ctx.pipeline().get(SslHandler.class);
            if (!shaken.isSuccess()) {
                handshakeFailed(HandshakeFailure.reason(shaken.cause()));
            } else if (!ApplicationProtocolNames.HTTP_2.equals(encryption.applicationProtocol())) {
                handshakeFailed("it does not agree to HTTP/2 (ALPN)");
            } else {
                established();
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            fallen();
        }
    }

    private void handshakeFailed(String why) {
        if (phase != Phase.CLOSED && endpoint.warnOfTls(owner.deadlines().now())) {
            LOG.warn("no TLS with endpoint {}: {}", endpoint, why);
        }
        fallen(UpstreamFailure.TLS);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        handled = true;
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    }

    /** TCP, and TLS where there is any, are established. */
    private void established() {
        if (phase != Phase.CONNECTING) {
            return;
        }
        Preface.write(out().room(Preface.BYTES));
        ByteBuf frame = out().room(FrameType.HEADER_BYTES + 3 * 6);
        FrameWriter.settings(frame, 3);
        FrameWriter.setting(frame, FrameType.SETTINGS_ENABLE_PUSH, 0);
        FrameWriter.setting(frame, FrameType.SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW);
        FrameWriter.setting(frame, FrameType.SETTINGS_MAX_HEADER_LIST_SIZE, ResponseHead.MAX_BYTES);
        openWindow();
        flushLater();
        deadline.in(settings.connectTimeout().toNanos());
    }

    @Override
    protected void ready() {
        phase = Phase.READY;
        deadline.at(Long.MAX_VALUE);
        List<Http2Request> next = List.copyOf(waiting);
        waiting.clear();
        for (Http2Request each : next) {
            each.connected();
        }
        idleIfEmpty();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            read(in);
        } finally {
            in.release();
        }
    }

    /** A request has got something that its client is to be sent when all that has been received is read. */
    void touched(Http2Request request) {
        if (touched.isEmpty() || touched.getLast() != request) {
            touched.add(request);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).readComplete();
        }
        touched.clear();
        super.channelReadComplete(ctx);
    }

    @Override
    protected void headersReceived(int stream, FieldBlock block, boolean endStream) throws Violation {
        if (idle(stream)) {
            throw Violation.protocol("a response to no request");
        }
        // Cancelled meanwhile.
    }

    @Override
    protected boolean idle(int stream) {
        return stream >= nextStream || (stream & 1) == 0;
    }

    @Override
    protected void settingReceived(int id, long value) throws Violation {
        if (id == FrameType.SETTINGS_MAX_CONCURRENT_STREAMS) {
            peerStreams = (int) Math.min(value, Integer.MAX_VALUE);
        } else if (id == FrameType.SETTINGS_ENABLE_PUSH && value != 0) {
            throw Violation.protocol("a server pushes to no server");
        } else if (id == FrameType.SETTINGS_ENABLE_CONNECT_PROTOCOL) {
            tunnels = value == 1;
        }
    }

    /** RFC 9113 section 6.8: later streams were not and will not be processed, and can be sent elsewhere. */
    @Override
    protected void goAwayReceived(int lastStream, long code) {
        retire();
        for (Stream each : streams()) {
            if (each.id() > lastStream) {
                unprocessed(each);
            }
        }
    }

    @Override
    protected void pinged(long payload) {}

    @Override
    protected void streamEnded() {
        // Places are given back by requests, which may go on without a stream.
    }

    @Override
    protected void failed(Violation violation) {
        LOG.debug("connection to {}: {}", endpoint, violation.getMessage());
        FrameWriter.goAway(out().room(FrameWriter.CONTROL_BYTES), 0, violation.code());
        out().flush();
        fallen();
    }

    private void deadlinePassed() {
        if (phase == Phase.CONNECTING) {
            LOG.debug("{} does not begin to speak HTTP/2", endpoint);
            fallen();
        } else if (isIdle()) {
            close();
        }
    }

    private void close() {
        FrameWriter.goAway(out().room(FrameWriter.CONTROL_BYTES), 0, ErrorCode.NO_ERROR);
        out().flush();
        fallen();
    }

    /** It is no more, or never was. */
    private void fallen() {
        fallen(UpstreamFailure.CONNECT);
    }

    /** @param unsent how the requests fail that have not been sent */
    private void fallen(UpstreamFailure unsent) {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        deadline.cancel();
        owner.forget(this);
        List<Http2Request> never = List.copyOf(waiting);
        waiting.clear();
        never.forEach(request -> request.notConnected(unsent));
        abortAll();
        if (handled) {
            var _ = context().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fallen();
        out().discard();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Of a handshake that failed its own event has told.
        if (phase != Phase.CLOSED && !(cause instanceof IOException)) {
            LOG.warn("connection to {} is closed", endpoint, cause);
        }
        fallen();
    }
}
