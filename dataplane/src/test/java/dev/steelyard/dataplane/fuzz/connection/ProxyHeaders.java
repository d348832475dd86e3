package dev.steelyard.dataplane.fuzz.connection;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.Cuts;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.proxyprotocol.MalformedProxyHeader;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderReader;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderSender;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * PROXY protocol headers of both versions are read alike however they arrive; what was read is read again from what we write of it, in either
 * version; and Netty's codec, where it accepts a header, sees the same ends. The first two octets choose where the header is split.
 */
public final class ProxyHeaders implements FuzzTarget {

    @Override
    public void feed(byte[] input) throws Exception {
        if (input.length < 4) {
            return;
        }
        byte[] octets = Arrays.copyOfRange(input, 2, input.length);
        String whole = outcome(octets, octets.length);
        for (int cut : Cuts.of(input, octets.length)) {
            String sooner = outcome(octets, cut);
            Check.holds(sooner.equals("more") || sooner.equals(whole), sooner + " after " + cut + ", then " + whole);
        }
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        ProxyHeader header = read(in);
        if (header == null) {
            return;
        }
        for (ProxyProtocolVersion version : ProxyProtocolVersion.values()) {
            ByteBuf written = Unpooled.buffer();
            ProxyHeaderSender.write(header, version, written);
            Check.equal(ProxyHeaderReader.read(written), header, "written as " + version + " and read again");
            Check.holds(!written.isReadable(), "octets left of " + version);
        }
        if (header instanceof Proxied(InetSocketAddress client, InetSocketAddress local)) {
            nettyReads(octets, in.readerIndex(), client, local);
        }
    }

    /** What becomes of the first octets. */
    private static String outcome(byte[] octets, int length) {
        ByteBuf in = Unpooled.wrappedBuffer(octets, 0, length);
        try {
            ProxyHeader header = ProxyHeaderReader.read(in);
            if (header != null) {
                return header + " in " + in.readerIndex();
            }
            Check.holds(in.readableBytes() == length, "it takes what it does not understand yet");
            Check.holds(length < ProxyHeaderReader.MAX_BYTES, "it waits for more than a header can have");
            return "more";
        } catch (MalformedProxyHeader refused) {
            Check.holds(in.readableBytes() == length, "it takes what it refuses");
            return "refused";
        }
    }

    private static @Nullable ProxyHeader read(ByteBuf in) {
        try {
            return ProxyHeaderReader.read(in);
        } catch (MalformedProxyHeader refused) {
            return null;
        }
    }

    private static void nettyReads(byte[] octets, int length, InetSocketAddress client, InetSocketAddress local)
            throws UnknownHostException {
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
        try {
            channel.writeInbound(Unpooled.copiedBuffer(octets, 0, length));
            HAProxyMessage message = channel.readInbound();
            if (message != null && message.sourceAddress() != null) {
                Check.equal(end(message.sourceAddress(), message.sourcePort()), client, "Netty's client");
                Check.equal(end(message.destinationAddress(), message.destinationPort()), local, "Netty's local end");
                message.release();
            }
        } catch (DecoderException refused) {
            // It takes no port 0, for one.
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static InetSocketAddress end(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(
                InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address)), port);
    }
}
