package dev.steelyard.dataplane.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A DNS server over UDP on a loopback port; what it answers may be changed while it runs. */
final class DnsServer implements AutoCloseable {

    final AtomicInteger queries = new AtomicInteger();

    private final Map<String, List<Address>> zone = new ConcurrentHashMap<>();
    private final Map<String, DnsResponseCode> errors = new ConcurrentHashMap<>();
    private final io.netty.channel.Channel channel;
    private volatile boolean silent;

    private record Address(InetAddress address, int ttl) {}

    DnsServer(EventLoopGroup group, Class<? extends DatagramChannel> type) {
        channel = new Bootstrap()
                .group(group)
                .channel(type)
                .handler(new ChannelInitializer<DatagramChannel>() {
                    @Override
                    protected void initChannel(DatagramChannel created) {
                        created.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(),
                                        new DatagramDnsResponseEncoder(),
                                        new Answering());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    void answer(String name, int ttl, String... addresses) {
        List<Address> records = new ArrayList<>();
        for (String address : addresses) {
            records.add(new Address(InetAddress.ofLiteral(address), ttl));
        }
        errors.remove(name + ".");
        zone.put(name + ".", records);
    }

    void fail(String name, DnsResponseCode code) {
        errors.put(name + ".", code);
    }

    void silent(boolean next) {
        silent = next;
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    private final class Answering extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            queries.incrementAndGet();
            if (silent) {
                return;
            }
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            DatagramDnsResponse response = new DatagramDnsResponse(
                    /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id());
            response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
            List<Address> records = zone.get(question.name());
            DnsResponseCode error = errors.get(question.name());
            if (error != null) {
                response.setCode(error);
            } else if (records == null) {
                response.setCode(DnsResponseCode.NXDOMAIN);
            } else {
                int wanted = question.type().equals(DnsRecordType.A) ? 4 : 16;
                for (Address address : records) {
                    byte[] bytes = address.address().getAddress();
                    if (bytes.length == wanted) {
                        response.addRecord(
                                DnsSection.ANSWER,
                                new DefaultDnsRawRecord(
                                        question.name(),
                                        question.type(),
                                        address.ttl(),
                                        Unpooled.wrappedBuffer(bytes)));
                    }
                }
            }
            var _ = context.writeAndFlush(response);
        }
    }
}
