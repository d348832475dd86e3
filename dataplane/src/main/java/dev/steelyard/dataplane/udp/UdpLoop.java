package dev.steelyard.dataplane.udp;

import dev.steelyard.dataplane.tcp.ConnectionLog;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.Turns;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What the UDP sockets of one event loop share. For its thread alone. */
final class UdpLoop {

    private final int index;
    private final EventLoops loops;
    private final EventLoop loop;
    private final Deadlines deadlines;
    private final ConnectionLog log;
    private final @Nullable SocketLoop sockets;

    UdpLoop(int index, EventLoops loops, ConnectionLog log) {
        this.index = index;
        this.loops = loops;
        this.loop = loops.get(index);
        this.deadlines = loops.deadlines(index);
        this.log = log;
        Turns turns = loops.turns(loop);
        this.sockets = turns == null ? null : new SocketLoop(turns);
    }

    int index() {
        return index;
    }

    EventLoop loop() {
        return loop;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    ConnectionLog log() {
        return log;
    }

    /**
     * A socket that gets datagrams from {@code peer} alone, ready for use.
     *
     * @param local where it is bound; null: wherever the kernel likes
     * @throws io.netty.channel.ChannelException if there can be none, for want of file descriptors or ports
     */
    Link link(Link.Receiver receiver, InetSocketAddress peer, @Nullable InetSocketAddress local) {
        return sockets == null
                ? new ChannelLink(loops.newDatagram(), loop, receiver, peer, local)
                : new SocketLink(sockets, (IoEventLoop) loop, receiver, peer, local);
    }

    /** Makes of a datagram that was received, and is taken over, one that may be kept. */
    @SuppressWarnings("ReferenceEquality") // it is about whose memory it is
    ByteBuf kept(ByteBuf datagram) {
        if (sockets == null || datagram != sockets.buffer()) {
            return datagram;
        }
        try {
            return datagram.copy();
        } finally {
            datagram.release();
        }
    }
}
