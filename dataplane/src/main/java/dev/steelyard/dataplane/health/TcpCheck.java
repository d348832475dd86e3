package dev.steelyard.dataplane.health;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;

/** Well is what completes a TCP handshake; nothing is sent, and the connection is closed at once. */
final class TcpCheck implements HealthCheck {

    private final ProbeSocket socket;

    TcpCheck(ProbeSocket socket) {
        this.socket = socket;
    }

    @Override
    public void probe(EventLoop loop, Target endpoint, Promise<Outcome> outcome) {
        ProbeConnection.open(socket, loop, endpoint.address(), new ChannelInboundHandlerAdapter(), outcome)
                .addListener(connected -> {
                    if (connected.isSuccess()) {
                        // A PROXY protocol header, if there is to be one: endpoints log connections that end before it.
                        ((ChannelFuture) connected).channel().flush();
                        outcome.trySuccess(Outcome.HEALTHY);
                    }
                });
    }
}
