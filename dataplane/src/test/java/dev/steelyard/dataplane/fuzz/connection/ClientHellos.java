package dev.steelyard.dataplane.fuzz.connection;

import dev.steelyard.dataplane.Certificates;
import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.edition.HostTable;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.TlsPlan;
import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.listener.TlsPipeline;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ListenerLimits;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** The first octets of TLS connections: whatever they are, the server name is asked for at most once, and the connection ends or waits. */
public final class ClientHellos implements FuzzTarget, ListenerState, TlsPlan {

    private static final int PIECE = 150;
    private static final SslContext CONTEXT = context();

    private final ListenerPlan.Http plan = new ListenerPlan.Http(
            ListenerLimits.DEFAULT,
            List.of(),
            CidrSet.EMPTY,
            this,
            new HostTable(Map.of(), Map.of(), null),
            AccessLog.of(Optional.empty()));
    private int asked;

    @Override
    public void feed(byte[] input) {
        asked = 0;
        EmbeddedChannel channel = new EmbeddedChannel();
        try {
            TlsPipeline.begin(channel, this);
            for (int from = 0; from < input.length && channel.isOpen(); from += PIECE) {
                channel.writeInbound(Unpooled.copiedBuffer(input, from, Math.min(PIECE, input.length - from)));
            }
        } finally {
            channel.finishAndReleaseAll();
        }
        Check.holds(asked <= 1, "the name was asked for " + asked + " times");
    }

    @Override
    public SslContext contextFor(String serverName) {
        asked++;
        Check.holds(serverName.length() < 16_384, "a name of " + serverName.length());
        return CONTEXT;
    }

    private static SslContext context() {
        Certificate shown = Certificates.forNames("a", "a.example.com");
        try {
            return SslContextBuilder.forServer(octets(shown.chain()), octets(shown.privateKey()))
                    .sslProvider(SslProvider.JDK)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InputStream octets(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public boolean covers(String serverName, String host) {
        return false;
    }

    @Override
    public ListenerPlan plan() {
        return plan;
    }

    @Override
    public boolean draining() {
        return false;
    }
}
