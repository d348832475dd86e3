package dev.steelyard.dataplane.fuzz.connection;

import dev.steelyard.dataplane.dns.AddressLookup.Answer;
import dev.steelyard.dataplane.dns.AddressLookup.Family;
import dev.steelyard.dataplane.dns.DnsRecords;
import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Answers of DNS servers, past Netty's decoder: addresses are of the family that was asked for, and hold for no less than no time. */
public final class DnsAnswers implements FuzzTarget {

    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);

    @Override
    public void feed(byte[] input) {
        for (Family family : Family.values()) {
            EmbeddedChannel channel = new EmbeddedChannel(new DatagramDnsResponseDecoder());
            try {
                channel.writeInbound(new DatagramPacket(Unpooled.copiedBuffer(input), SERVER, SERVER));
                Object message = channel.readInbound();
                if (message instanceof DatagramDnsResponse response) {
                    take(response, family);
                }
                ReferenceCountUtil.release(message);
            } catch (DecoderException refused) {
                Check.holds(!(refused.getCause() instanceof Error), "an error");
            } finally {
                channel.finishAndReleaseAll();
            }
        }
    }

    private static void take(DatagramDnsResponse response, Family family) {
        List<DnsRecord> records = new ArrayList<>();
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord found = response.recordAt(DnsSection.ANSWER, i);
            records.add(ReferenceCountUtil.retain(found));
        }
        if (DnsRecords.read(records, family) instanceof Answer.Found found) {
            Check.holds(!found.addresses().isEmpty() && !found.ttl().isNegative(), "found: " + found);
            found.addresses()
                    .forEach(address -> Check.equal(
                            address.getAddress().length, family == Family.IPV4 ? 4 : 16, "octets of " + address));
        }
    }
}
