package dev.steelyard.dataplane.dns;

import dev.steelyard.dataplane.dns.AddressLookup.Answer;
import dev.steelyard.dataplane.dns.AddressLookup.Family;
import io.netty.handler.codec.dns.DnsRecord;
import java.util.List;

/** Lets tests elsewhere read records as {@link DnsLookup} does. */
public final class DnsRecords {

    private DnsRecords() {}

    /** Takes ownership of the records. */
    public static Answer read(List<DnsRecord> records, Family family) {
        return DnsLookup.found(records, family);
    }
}
