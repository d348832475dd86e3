package dev.steelyard.dataplane.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.dns.AddressLookup.Answer;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Absent;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Failed;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Found;
import dev.steelyard.dataplane.dns.AddressLookup.Family;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DnsLookupTest {

    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress SIX = InetAddress.ofLiteral("2001:db8::1");

    @TempDir
    private Path folder;

    private final EventLoops loops = EventLoops.start(Transport.preferred(), 1);
    private final DnsServer server = new DnsServer(loops.group(), loops.datagram());
    private Path hosts = Path.of("/nonexistent");
    private DnsLookup lookup = lookup();

    @BeforeEach
    void hostsFile() throws Exception {
        hosts = Files.writeString(folder.resolve("hosts"), "192.0.2.9 Local.example.com local\n");
        lookup = lookup();
    }

    @AfterEach
    void stop() {
        lookup.close();
        server.close();
        loops.close();
    }

    private DnsLookup lookup() {
        return new DnsLookup(
                loops.get(0),
                loops.datagram(),
                loops.socket(),
                new SingletonDnsServerAddressStreamProvider(server.address()),
                new HostsFile(hosts),
                Duration.ofMillis(200));
    }

    @Test
    void everyAddressOfTheFamilyWithTheShortestTtl() throws Exception {
        server.answer("origin.example.com", 30, "192.0.2.1", "192.0.2.2", "2001:db8::1");

        assertThat(ask("origin.example.com", Family.IPV4))
                .isEqualTo(new Found(List.of(ONE, TWO), Duration.ofSeconds(30)));
        assertThat(ask("origin.example.com", Family.IPV6)).isEqualTo(new Found(List.of(SIX), Duration.ofSeconds(30)));
    }

    @Test
    void noSuchNameAndNoSuchAddressAreAbsent() throws Exception {
        server.answer("six.example.com", 30, "2001:db8::1");

        assertThat(ask("nowhere.example.com", Family.IPV4)).isEqualTo(new Absent());
        assertThat(ask("six.example.com", Family.IPV4)).isEqualTo(new Absent());
    }

    @Test
    void aServerThatFailsOrIsSilentIsAFailure() throws Exception {
        server.fail("broken.example.com", DnsResponseCode.SERVFAIL);
        assertThat(ask("broken.example.com", Family.IPV4)).isEqualTo(new Failed("the DNS server answers ServFail(2)"));

        server.fail("refused.example.com", DnsResponseCode.REFUSED);
        assertThat(ask("refused.example.com", Family.IPV4))
                .isEqualTo(new Failed("the DNS server gives no usable answer"));

        server.silent(true);
        assertThat(ask("origin.example.com", Family.IPV4)).isEqualTo(new Failed("the DNS server does not answer"));
    }

    @Test
    void everyQuestionIsAskedAnew() throws Exception {
        server.answer("origin.example.com", 300, "192.0.2.1");
        ask("origin.example.com", Family.IPV4);
        server.answer("origin.example.com", 300, "192.0.2.2");

        assertThat(ask("origin.example.com", Family.IPV4)).isEqualTo(new Found(List.of(TWO), Duration.ofMinutes(5)));
    }

    @Test
    void theHostsFileGoesFirstAndIsReadAgainWhenItChanges() throws Exception {
        server.answer("local.example.com", 30, "192.0.2.1", "2001:db8::1");

        assertThat(ask("local.example.com", Family.IPV4))
                .isEqualTo(new Found(List.of(InetAddress.ofLiteral("192.0.2.9")), DnsLookup.HOSTS_FILE_TTL));
        assertThat(ask("LOCAL", Family.IPV6)).isEqualTo(new Absent());

        Files.delete(hosts);
        assertThat(ask("local.example.com", Family.IPV4)).isEqualTo(new Found(List.of(ONE), Duration.ofSeconds(30)));
    }

    @Test
    void whatIsNoNameIsAFailure() throws Exception {
        assertThat(ask("a".repeat(70) + ".example.com", Family.IPV4)).isInstanceOf(Failed.class);
    }

    private Answer ask(String host, Family family) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        lookup.lookup(host, family, answer::complete);
        return answer.get(10, TimeUnit.SECONDS);
    }
}
