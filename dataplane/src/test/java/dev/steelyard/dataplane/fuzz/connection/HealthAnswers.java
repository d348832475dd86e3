package dev.steelyard.dataplane.fuzz.connection;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.health.HealthCheck;
import dev.steelyard.dataplane.health.HealthChecks;
import dev.steelyard.dataplane.health.Outcome;
import dev.steelyard.dataplane.health.ProbeSocket;
import dev.steelyard.dataplane.health.Target;
import dev.steelyard.snapshot.HealthCheck.Http;
import dev.steelyard.snapshot.HealthCheck.StatusRange;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What endpoints answer to health checks, over a socket: every answer has an outcome, well only with one of the statuses expected. */
public final class HealthAnswers implements FuzzTarget {

    private final ServerSocket listening;
    private final EventLoop loop = new MultiThreadIoEventLoopGroup(
                    1, Thread.ofPlatform().daemon().factory(), NioIoHandler.newFactory())
            .next();
    private final HealthCheck check = HealthChecks.of(
            new Http("GET", "/", "", new TreeMap<>(), List.of(new StatusRange(200, 299))),
            ProbeSocket.plain(NioSocketChannel.class));

    public HealthAnswers() {
        try {
            listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
            listening.setSoTimeout(10_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void feed(byte[] input) throws Exception {
        Promise<Outcome> outcome = loop.newPromise();
        InetSocketAddress address = (InetSocketAddress) listening.getLocalSocketAddress();
        check.probe(loop, new Target(address, address.getHostString(), null), outcome);
        try (Socket socket = listening.accept()) {
            // Reset rather than TIME_WAIT: thousands of these are opened.
            socket.setSoLinger(true, 0);
            socket.getInputStream().read(new byte[4096]);
            socket.getOutputStream().write(input);
            socket.shutdownOutput();
            Check.holds(outcome.await(10, TimeUnit.SECONDS), "no outcome");
        }
        if (outcome.getNow().equals(Outcome.HEALTHY)) {
            String text = new String(input, StandardCharsets.ISO_8859_1);
            Check.holds(text.indexOf('2') >= 0, "well by " + text);
        }
    }
}
