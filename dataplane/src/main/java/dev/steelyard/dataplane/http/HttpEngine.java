package dev.steelyard.dataplane.http;

import dev.steelyard.dataplane.accesslog.LogWriter;
import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.http1.Http1Engine;
import dev.steelyard.dataplane.http2.Http2Engine;
import dev.steelyard.dataplane.http3.Http3Engine;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.transport.EventLoops;
import io.netty.channel.Channel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator.SplittableGenerator;

/** Serves HTTP on client connections: reads requests, routes them and forwards them to endpoints. Safe for all threads. */
public final class HttpEngine {

    private final EventLoops loops;
    private final List<EngineLoop> states;

    /**
     * @param random for choosing among weighted pools; each loop gets its own, split off
     * @param clock for the Date field of responses of our own
     * @param unrouted counts the requests that never found a route
     * @param log takes the lines of the access log
     */
    public HttpEngine(
            EventLoops loops, SplittableGenerator random, InstantSource clock, RouteMeters unrouted, LogWriter log) {
        this.loops = loops;
        List<EngineLoop> all = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            all.add(new EngineLoop(i, loops, random.split(), clock, unrouted, log.loop(i)));
        }
        this.states = List.copyOf(all);
    }

    /**
     * Takes over a client connection. To be called on its event loop, when everything that comes before HTTP is in its pipeline.
     *
     * @param listener whose plan is a {@link dev.steelyard.dataplane.edition.ListenerPlan.Http}
     */
    public void initialise(Channel channel, ListenerState listener) {
        EngineLoop loop = states.get(loops.indexOf(channel));
        if (channel instanceof QuicChannel quic) {
            Http3Engine.initialise(quic, loop, listener);
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            FirstOctets.initialise(channel, loop, listener);
        } else if (ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
            Http2Engine.initialise(channel, loop, listener);
        } else {
            Http1Engine.initialise(channel, loop, listener);
        }
    }
}
