package dev.steelyard.dataplane.dns;

import dev.steelyard.dataplane.dns.AddressLookup.Answer.Absent;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Failed;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Found;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the hosts file, then DNS servers: over UDP, over TCP where an answer is cut short. Caches nothing: its caller knows when to ask
 * again. Control thread only; the queries run on an event loop.
 */
public final class DnsLookup implements AddressLookup, AutoCloseable {

    /** How soon the hosts file is looked at again for a name that it has. */
    static final Duration HOSTS_FILE_TTL = Duration.ofSeconds(5);

    private static final int MAX_QUERIES = 8;

    private final HostsFile hosts;
    private final ServerErrors serverErrors = new ServerErrors();
    private final DnsNameResolverBuilder builder;
    private @Nullable DnsNameResolver resolver;

    /**
     * @param loop where queries run
     * @param servers DNS servers for a name
     * @param queryTimeout of one query to one server
     */
    public DnsLookup(
            EventLoop loop,
            Class<? extends DatagramChannel> datagram,
            Class<? extends SocketChannel> socket,
            DnsServerAddressStreamProvider servers,
            HostsFile hosts,
            Duration queryTimeout) {
        this.hosts = hosts;
        this.builder = new DnsNameResolverBuilder(loop)
                .datagramChannelType(datagram)
                .socketChannelType(socket)
                .nameServerProvider(servers)
                .hostsFileEntriesResolver((name, types) -> null)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .dnsQueryLifecycleObserverFactory(serverErrors)
                .queryTimeoutMillis(queryTimeout.toMillis())
                .maxQueriesPerResolve(MAX_QUERIES);
    }

    @Override
    public void lookup(String host, Family family, Consumer<Answer> answer) {
        if (hosts.has(host)) {
            List<InetAddress> addresses = hosts.addresses(host, family);
            answer.accept(addresses.isEmpty() ? new Absent() : new Found(addresses, HOSTS_FILE_TTL));
            return;
        }
        int errorsBefore = serverErrors.count();
        try {
            resolver()
                    .resolveAll(new DefaultDnsQuestion(host, family.type()))
                    .addListener((Future<List<DnsRecord>> done) -> answer.accept(
                            done.isSuccess() ? found(done.getNow(), family) : missing(done.cause(), errorsBefore)));
        } catch (IllegalArgumentException e) {
            answer.accept(new Failed("not a DNS name"));
        }
    }

    @Override
    public void close() {
        if (resolver != null) {
            resolver.close();
        }
    }

    /** Opens its socket when the first name is asked for: most nodes have none. */
    private DnsNameResolver resolver() {
        if (resolver == null) {
            resolver = builder.build();
        }
        return resolver;
    }

    /** Takes ownership of the records. */
    static Answer found(List<DnsRecord> records, Family family) {
        List<InetAddress> addresses = new ArrayList<>();
        long ttl = Long.MAX_VALUE;
        for (DnsRecord entry : records) {
            if (entry instanceof DnsRawRecord raw && raw.type().equals(family.type())) {
                addAddress(raw.content(), family, addresses);
                ttl = Math.min(ttl, raw.timeToLive());
            }
            ReferenceCountUtil.release(entry);
        }
        return addresses.isEmpty() ? new Absent() : new Found(addresses, Duration.ofSeconds(ttl));
    }

    /** What is no address of the family is left out: one of the other, or an IPv4 address within an IPv6 one (RFC 4291 section 2.5.5.2). */
    private static void addAddress(ByteBuf content, Family family, List<InetAddress> addresses) {
        try {
            InetAddress address = InetAddress.getByAddress(ByteBufUtil.getBytes(content));
            if (content.readableBytes() == family.octets() && address.getAddress().length == family.octets()) {
                addresses.add(address);
            }
        } catch (UnknownHostException e) {
            // Neither 4 nor 16 bytes: no address.
        }
    }

    /** An error of another question at the same time makes a failure of an absence: harmless, it is asked again soon. */
    private Answer missing(Throwable failure, int errorsBefore) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DnsNameResolverTimeoutException) {
                return new Failed("the DNS server does not answer");
            }
            if (cause instanceof DnsErrorCauseException error) {
                return error.getCode().equals(DnsResponseCode.NXDOMAIN)
                        ? new Absent()
                        : new Failed("the DNS server answers " + error.getCode());
            }
        }
        boolean absent = failure instanceof UnknownHostException
                && failure.getCause() == null
                && serverErrors.count() == errorsBefore;
        return absent ? new Absent() : new Failed("the DNS server gives no usable answer");
    }
}
