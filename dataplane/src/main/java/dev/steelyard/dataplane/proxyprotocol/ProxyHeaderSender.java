package dev.steelyard.dataplane.proxyprotocol;

import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Writes a header before everything else on a connection that this program opens: once connected, and before whoever opened it hears of that.
 * It leaves with the first flush. To be put at the head of the pipeline, below TLS.
 */
public final class ProxyHeaderSender extends ChannelOutboundHandlerAdapter {

    private static final byte[] SIGNATURE_V2 = ProxyHeaderReader.signature();

    private final ProxyHeader header;
    private final ProxyProtocolVersion version;

    public ProxyHeaderSender(ProxyHeader header, ProxyProtocolVersion version) {
        this.header = header;
        this.version = version;
    }

    /** What a connection's channel begins with: a header, then {@code handler}. */
    public static ChannelHandler before(ChannelHandler handler, ProxyHeader header, ProxyProtocolVersion version) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ProxyHeaderSender(header, version), handler);
            }
        };
    }

    @Override
    public void connect(ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local, ChannelPromise told) {
        ChannelPromise connected = ctx.newPromise();
        connected.addListener(done -> {
            if (done.isSuccess()) {
                ByteBuf bytes = ctx.alloc().buffer(128);
                write(header, version, bytes);
                var _ = ctx.write(bytes);
                ctx.pipeline().remove(this);
                told.trySuccess();
            } else {
                told.tryFailure(done.cause());
            }
        });
        var _ = ctx.connect(remote, local, connected);
    }

    /** Writes a header. */
    public static void write(ProxyHeader header, ProxyProtocolVersion version, ByteBuf out) {
        switch (version) {
            case V1 -> out.writeCharSequence(Version1.line(header), StandardCharsets.US_ASCII);
            case V2 -> Version2.write(header, out.writeBytes(SIGNATURE_V2));
        }
    }
}
