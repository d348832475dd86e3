package dev.steelyard.dataplane;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.fields.PrefixedInteger;
import dev.steelyard.dataplane.http3.frame.FrameType;
import dev.steelyard.dataplane.http3.frame.VarInt;
import dev.steelyard.dataplane.http3.frame.Violation;
import dev.steelyard.dataplane.http3.qpack.FieldSection;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/3 that writes what a test says, octet by octet, and keeps what it gets. */
public final class QuicClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final Channel socket;
    private final QuicChannel channel;
    private final List<X509Certificate> shown;
    private volatile @Nullable QuicConnectionCloseEvent closed;
    private @Nullable QuicStreamChannel control;

    private QuicClient(Channel socket, QuicChannel channel, Events events) throws Exception {
        this.socket = socket;
        this.channel = channel;
        events.client = this;
        closed = events.early;
        List<X509Certificate> chain = new ArrayList<>();
        for (var each : requireNonNull(channel.sslEngine()).getSession().getPeerCertificates()) {
            chain.add((X509Certificate) each);
        }
        shown = List.copyOf(chain);
    }

    private static final class Events extends ChannelInboundHandlerAdapter {

        volatile @Nullable QuicClient client;
        volatile @Nullable QuicConnectionCloseEvent early;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof QuicConnectionCloseEvent close) {
                early = close;
                if (client != null) {
                    client.closed = close;
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
    }

    /** Connects, and says what every client says first. */
    public static QuicClient connect(InetSocketAddress to, String serverName) throws Exception {
        QuicClient client = open(to, serverName, UnaryOperator.identity());
        client.settings();
        return client;
    }

    /** Connects, and says nothing. */
    public static QuicClient open(InetSocketAddress to, String serverName, UnaryOperator<QuicSslContextBuilder> tls)
            throws Exception {
        QuicSslContext context = tls.apply(QuicSslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm("")
                        .applicationProtocols("h3"))
                .build();
        return open(to, serverName, context);
    }

    /** The same with a context that remembers sessions. */
    public static QuicClient open(InetSocketAddress to, String serverName, QuicSslContext context) throws Exception {
        Channel socket = new Bootstrap()
                .group(GROUP)
                .channel(NioDatagramChannel.class)
                .handler(new QuicClientCodecBuilder()
                        .sslEngineProvider(one -> serverName.isEmpty()
                                ? context.newEngine(one.alloc())
                                : context.newEngine(one.alloc(), serverName, to.getPort()))
                        .maxIdleTimeout(60, TimeUnit.SECONDS)
                        .initialMaxData(1 << 24)
                        .initialMaxStreamDataBidirectionalLocal(1 << 20)
                        .initialMaxStreamDataUnidirectional(1 << 16)
                        .initialMaxStreamsUnidirectional(10)
                        .build())
                .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .sync()
                .channel();
        try {
            Events events = new Events();
            QuicChannel channel = QuicChannel.newBootstrap(socket)
                    .handler(events)
                    .streamHandler(new Received())
                    .remoteAddress(to)
                    .connect()
                    .get(20, TimeUnit.SECONDS);
            return new QuicClient(socket, channel, events);
        } catch (Exception e) {
            var _ = socket.close();
            throw e;
        }
    }

    /** Begins a handshake, and does not wait for its end. */
    public static AutoCloseable knock(InetSocketAddress to, String serverName) throws Exception {
        QuicSslContext context = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .applicationProtocols("h3")
                .build();
        Channel socket = new Bootstrap()
                .group(GROUP)
                .channel(NioDatagramChannel.class)
                .handler(new QuicClientCodecBuilder()
                        .sslEngineProvider(one -> context.newEngine(one.alloc(), serverName, to.getPort()))
                        .maxIdleTimeout(60, TimeUnit.SECONDS)
                        .build())
                .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .sync()
                .channel();
        var _ = QuicChannel.newBootstrap(socket)
                .handler(new ChannelInboundHandlerAdapter())
                .streamHandler(new ChannelInboundHandlerAdapter())
                .remoteAddress(to)
                .connect();
        return () -> socket.close().sync();
    }

    /** Requests come one after the other: the default, a look every 100 ms, would be the longest part of them. */
    private static ConditionFactory patiently() {
        return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    /** Opens the control stream. */
    public void settings() throws Exception {
        QuicStreamChannel made = stream(QuicStreamType.UNIDIRECTIONAL).channel;
        control = made;
        made.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {0, 4, 0})).sync();
    }

    /** Writes to the control stream. */
    public void control(byte[] octets) throws Exception {
        requireNonNull(control).writeAndFlush(Unpooled.wrappedBuffer(octets)).sync();
    }

    /** Ends the control stream. */
    public void endControl() throws Exception {
        requireNonNull(control).shutdownOutput().sync();
    }

    public Stream oneWay() throws Exception {
        return stream(QuicStreamType.UNIDIRECTIONAL);
    }

    public Stream bothWays() throws Exception {
        return stream(QuicStreamType.BIDIRECTIONAL);
    }

    private Stream stream(QuicStreamType type) throws Exception {
        // One beyond what the server allows would use up a number.
        patiently().until(() -> channel.peerAllowedStreams(type) > 0 || !channel.isActive());
        Received received = new Received();
        QuicStreamChannel made = channel.createStream(type, received).get(20, TimeUnit.SECONDS);
        return new Stream(made, received);
    }

    /** Sends a request without a body, and waits for the response. */
    public Response get(String authority, String path, String... fields) throws Exception {
        return send("GET", authority, path, null, fields);
    }

    public Response send(String method, String authority, String path, byte @Nullable [] body, String... fields)
            throws Exception {
        Stream stream = bothWays();
        stream.write(headers(request(method, authority, path, fields)), body == null);
        if (body != null) {
            stream.write(frame(FrameType.DATA, body), true);
        }
        return stream.response();
    }

    /** The fields of a request, and further ones. */
    public static String[] request(String method, String authority, String path, String... further) {
        List<String> all =
                new ArrayList<>(List.of(":method", method, ":scheme", "https", ":authority", authority, ":path", path));
        all.addAll(List.of(further));
        return all.toArray(String[]::new);
    }

    /** A HEADERS frame: names and values in turn. */
    public static byte[] headers(String... fields) {
        return frame(FrameType.HEADERS, section(fields));
    }

    public static byte[] section(String... fields) {
        ByteBuf out = Unpooled.buffer();
        out.writeShort(0);
        for (int i = 0; i < fields.length; i += 2) {
            byte[] name = fields[i].getBytes(StandardCharsets.ISO_8859_1);
            byte[] value = fields[i + 1].getBytes(StandardCharsets.ISO_8859_1);
            PrefixedInteger.write(name.length, 3, 0x20, out);
            out.writeBytes(name);
            PrefixedInteger.write(value.length, 7, 0, out);
            out.writeBytes(value);
        }
        return octets(out);
    }

    public static byte[] frame(long type, byte[] payload) {
        ByteBuf out = Unpooled.buffer();
        VarInt.write(type, out);
        VarInt.write(payload.length, out);
        out.writeBytes(payload);
        return octets(out);
    }

    private static byte[] octets(ByteBuf from) {
        byte[] all = new byte[from.readableBytes()];
        from.readBytes(all);
        return all;
    }

    /** The certificate that the server has shown. */
    public X509Certificate certificate() {
        return shown.getFirst();
    }

    /** The code of the server's close, once it has come. */
    public int closeCode() {
        patiently().until(() -> closed != null);
        return requireNonNull(closed).error();
    }

    public boolean isOpen() {
        return closed == null && channel.isActive();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        socket.close().awaitUninterruptibly();
    }

    private static final class Received extends ChannelInboundHandlerAdapter {

        final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        volatile boolean ended;
        volatile long reset = -1;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
            ByteBuf in = (ByteBuf) message;
            synchronized (octets) {
                in.readBytes(octets, in.readableBytes());
            }
            in.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ended = true;
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            ended = true;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof QuicStreamResetException e) {
                reset = e.applicationProtocolCode();
            }
        }
    }

    /** One stream. */
    public static final class Stream {

        private final QuicStreamChannel channel;
        private final Received received;

        private Stream(QuicStreamChannel channel, Received received) {
            this.channel = channel;
            this.received = received;
        }

        public Stream write(byte[] octets, boolean end) throws Exception {
            // The end by itself would overtake what is queued.
            var _ = channel.writeAndFlush(new DefaultQuicStreamFrame(Unpooled.wrappedBuffer(octets), end));
            return this;
        }

        public void end() {
            var _ = channel.writeAndFlush(new DefaultQuicStreamFrame(Unpooled.EMPTY_BUFFER, true));
        }

        /** Cancels it, both ways. */
        public void cancel() throws Exception {
            channel.shutdown(0x10c).sync();
        }

        /** Reads no more for now. */
        public void reading(boolean on) {
            channel.config().setAutoRead(on);
        }

        /** The code of the server's reset, once it has come. */
        public long resetCode() {
            patiently().until(() -> received.reset >= 0);
            return received.reset;
        }

        public int size() {
            synchronized (received.octets) {
                return received.octets.size();
            }
        }

        /** Waits for the whole response. */
        public Response response() throws Violation {
            patiently().until(() -> received.ended || received.reset >= 0);
            if (received.reset >= 0) {
                throw new IllegalStateException("reset with " + Long.toHexString(received.reset));
            }
            ByteBuf in = Unpooled.wrappedBuffer(received.octets.toByteArray());
            Response response = new Response();
            while (in.isReadable()) {
                VarInt number = new VarInt();
                number.read(in);
                long type = number.value();
                number.read(in);
                ByteBuf payload = in.readSlice((int) number.value());
                if (type == FrameType.DATA) {
                    byte[] piece = octets(payload);
                    response.body.writeBytes(piece);
                } else if (type == FrameType.HEADERS) {
                    FieldSection section = new FieldSection(1 << 20);
                    section.read(payload);
                    for (int i = 0; i < section.count(); i++) {
                        response.fields.merge(
                                section.name(i).toString(), section.value(i).toString(), (a, b) -> a + ", " + b);
                    }
                }
            }
            return response;
        }
    }

    /** A response, trailer fields among the others. */
    public static final class Response {

        public final Map<String, String> fields = new LinkedHashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        public String status() {
            return fields.getOrDefault(":status", "");
        }

        public byte[] octets() {
            return body.toByteArray();
        }

        public String body() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
