package dev.steelyard.dataplane.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.time.Duration;

/**
 * How the kernel finds out that the other end of a connection is no more: by probes while nothing is sent (tcp(7) {@code SO_KEEPALIVE}), and by
 * what is not acknowledged while something is ({@code TCP_USER_TIMEOUT}). Linux; elsewhere the system's own probes.
 */
public final class Keepalive {

    /** Silence before the first probe: well below the few minutes after which stateful firewalls on the way forget a connection. */
    private static final int IDLE_SECONDS = 60;

    private static final int INTERVAL_SECONDS = 15;
    private static final int PROBES = 4;

    /** What the kernel itself waits for about that long is left to it. */
    private static final Duration LONGEST_USER_TIMEOUT = Duration.ofMinutes(15);

    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_TCP = 6;
    private static final IntegerUnixChannelOption SO_KEEPALIVE = option("SO_KEEPALIVE", SOL_SOCKET, 9);
    private static final IntegerUnixChannelOption TCP_NODELAY = option("TCP_NODELAY", IPPROTO_TCP, 1);
    private static final IntegerUnixChannelOption TCP_KEEPIDLE = option("TCP_KEEPIDLE", IPPROTO_TCP, 4);
    private static final IntegerUnixChannelOption TCP_KEEPINTVL = option("TCP_KEEPINTVL", IPPROTO_TCP, 5);
    private static final IntegerUnixChannelOption TCP_KEEPCNT = option("TCP_KEEPCNT", IPPROTO_TCP, 6);
    private static final IntegerUnixChannelOption TCP_USER_TIMEOUT = option("TCP_USER_TIMEOUT", IPPROTO_TCP, 18);

    private Keepalive() {}

    private static IntegerUnixChannelOption option(String name, int level, int number) {
        return new IntegerUnixChannelOption("STEELYARD_" + name, level, number);
    }

    /** For a connection that this program opens. */
    public static void probe(Channel connection) {
        if (connection instanceof NioSocketChannel) {
            connection.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        } else {
            set(connection);
        }
    }

    /** For a connection that this program opens. */
    public static void probe(Socket connection) throws IOException {
        connection.setIntOpt(SOL_SOCKET, SO_KEEPALIVE.optname(), 1);
        connection.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE.optname(), IDLE_SECONDS);
        connection.setIntOpt(IPPROTO_TCP, TCP_KEEPINTVL.optname(), INTERVAL_SECONDS);
        connection.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT.optname(), PROBES);
    }

    /** For all connections that a listening socket accepts from now on: they inherit it, which costs them no system call, and TCP_NODELAY. */
    public static void probeAccepted(ServerChannel listening) {
        if (!(listening instanceof NioServerSocketChannel)) {
            set(listening);
            listening.config().setOption(TCP_NODELAY, 1);
        }
    }

    private static void set(Channel channel) {
        channel.config().setOption(SO_KEEPALIVE, 1);
        channel.config().setOption(TCP_KEEPIDLE, IDLE_SECONDS);
        channel.config().setOption(TCP_KEEPINTVL, INTERVAL_SECONDS);
        channel.config().setOption(TCP_KEEPCNT, PROBES);
    }

    /**
     * How long what was sent may stay unacknowledged, for a connection or, of a listening socket, for those that it accepts. A reader that takes
     * nothing counts as one that does not acknowledge: so it is no less than the connection's idle timeout, and not set where that is long.
     *
     * @param idle zero: none
     */
    public static void userTimeout(Channel channel, Duration idle) {
        boolean settable = !(channel instanceof NioSocketChannel) && !(channel instanceof NioServerSocketChannel);
        if (settable) {
            channel.config().setOption(TCP_USER_TIMEOUT, userTimeout(idle));
        }
    }

    /** The same for a connection that no channel drives. */
    public static void userTimeout(Socket connection, Duration idle) throws IOException {
        connection.setIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT.optname(), userTimeout(idle));
    }

    private static int userTimeout(Duration idle) {
        boolean apt = !idle.isZero() && idle.compareTo(LONGEST_USER_TIMEOUT) <= 0;
        return apt ? (int) idle.toMillis() : 0;
    }
}
