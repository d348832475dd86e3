package dev.steelyard.dataplane.dns;

import dev.steelyard.dataplane.dns.AddressLookup.Answer;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Absent;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Failed;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Found;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a name's addresses of one family, and when to ask again. Not safe for several threads.
 *
 * <p>An answer holds for its TTL, but at least {@link #SHORTEST} and at most {@link #LONGEST}. Where none can be had, the addresses known
 * stay for as long as that lasts: a resolver that is away is no reason to turn traffic away. Where an authority says that there are none,
 * they stay for {@link #HOLD} more: a DNS server that starts says so, too. Then and after failures the question is repeated, at first
 * soon, later at most every {@link #SLOWEST_RETRY}.
 */
final class FamilyRecord {

    static final Duration SHORTEST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(5);
    static final Duration HOLD = Duration.ofSeconds(30);
    static final Duration SLOWEST_RETRY = Duration.ofSeconds(30);

    private static final Comparator<InetAddress> ORDER =
            (one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress());

    private List<InetAddress> addresses = List.of();
    private @Nullable Answer last;
    private @Nullable Instant absentSince;
    private int retries;

    /** Takes an answer, and says after how long to ask again. */
    Duration take(Answer answer, Instant now) {
        last = answer;
        switch (answer) {
            case Found found -> {
                addresses = found.addresses().stream().distinct().sorted(ORDER).toList();
                absentSince = null;
                retries = 0;
                return clamp(found.ttl());
            }
            case Absent absent -> {
                absentSince = absentSince == null ? now : absentSince;
                if (!now.isBefore(absentSince.plus(HOLD))) {
                    addresses = List.of();
                }
            }
            case Failed failed -> absentSince = null;
        }
        return retry();
    }

    /** The addresses to use, in a fixed order. */
    List<InetAddress> addresses() {
        return addresses;
    }

    /** The last answer; null if there was none yet. */
    @Nullable
    Answer last() {
        return last;
    }

    /** Whether the addresses are kept although the last question did not yield them. */
    boolean stale() {
        return !addresses.isEmpty() && !(last instanceof Found);
    }

    private Duration retry() {
        Duration delay = SHORTEST.multipliedBy(1L << Math.min(retries, 10));
        retries++;
        return delay.compareTo(SLOWEST_RETRY) < 0 ? delay : SLOWEST_RETRY;
    }

    private static Duration clamp(Duration ttl) {
        if (ttl.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return ttl.compareTo(LONGEST) < 0 ? ttl : LONGEST;
    }
}
