package dev.steelyard.dataplane.transport;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/** How UDP sockets share a port. */
public final class DatagramSockets {

    private DatagramSockets() {}

    /** Lets a socket share its port with others of the same user. */
    public static void share(Channel channel) {
        if (channel instanceof NioDatagramChannel) {
            channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        } else {
            channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
        }
    }

    /**
     * Makes sure that nobody is there yet: ours share the port with one another, and would with a second program of the same user, too, which
     * then took half of the clients.
     */
    public static void probe(InetSocketAddress address) throws IOException {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.bind(address);
        }
    }
}
