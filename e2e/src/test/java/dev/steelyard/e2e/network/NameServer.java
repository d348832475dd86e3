package dev.steelyard.e2e.network;

import dev.steelyard.e2e.process.SourceTree;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A DNS server that knows the names it is told, with one IPv4 address each and a TTL of one second. Programs that are
 * started under {@link #commandPrefix()} ask it.
 */
public final class NameServer implements AutoCloseable {
    private static final EventLoopGroup LOOP =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("dns", true), NioIoHandler.newFactory());
    private static final int TTL_SECONDS = 1;

    private final Map<String, String> addresses = new ConcurrentHashMap<>();
    private final String address = LocalAddresses.nextV4();
    private final Path configuration = SourceTree.newFolder("dns").resolve("resolv.conf");
    private final Channel channel;

    private NameServer() {
        try {
            Files.writeString(configuration, "nameserver " + address + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = new Bootstrap()
                .group(LOOP)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<DatagramChannel>() {
                    @Override
                    protected void initChannel(DatagramChannel datagrams) {
                        datagrams
                                .pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
                    }
                })
                .bind(address, 53)
                .syncUninterruptibly()
                .channel();
    }

    /** A server that knows no names yet. */
    public static NameServer start() {
        OwnNetwork.require("a DNS server");
        return new NameServer();
    }

    /** Where it is asked, at port 53. */
    public String address() {
        return address;
    }

    /** From now on {@code name} has this address only. */
    public void put(String name, String ipv4) {
        addresses.put(name, ipv4);
    }

    /** A command line that runs {@code command} with this server in its {@code /etc/resolv.conf}, as the same process. */
    public List<String> commandPrefix() {
        return List.of(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount --bind " + configuration + " /etc/resolv.conf; exec \"$@\"",
                "sh");
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a lost answer is asked for again
    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) throws IOException {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            DatagramDnsResponse response = new DatagramDnsResponse(
                    /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
            response.setRecursionAvailable(true);
            response.addRecord(DnsSection.QUESTION, question);
            String known =
                    addresses.get(question.name().toLowerCase(Locale.ROOT).replaceAll("\\.$", ""));
            if (known == null) {
                response.setCode(DnsResponseCode.NXDOMAIN);
            } else if (question.type().equals(DnsRecordType.A)) {
                response.addRecord(
                        DnsSection.ANSWER,
                        new DefaultDnsRawRecord(
                                question.name(),
                                DnsRecordType.A,
                                TTL_SECONDS,
                                Unpooled.wrappedBuffer(
                                        InetAddress.getByName(known).getAddress())));
            }
            context.writeAndFlush(response);
        }
    }
}
