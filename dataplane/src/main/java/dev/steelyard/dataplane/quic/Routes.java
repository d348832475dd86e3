package dev.steelyard.dataplane.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By which socket what is sent to a client leaves: the one that its packets came by. On its event loop.
 *
 * <p>What a socket does not take in time is lost, as datagrams may be; nothing queues without bound.
 */
final class Routes extends ChannelOutboundHandlerAdapter {

    private final Map<InetSocketAddress, Route> byClient = new HashMap<>();
    private final List<Channel> unflushed = new ArrayList<>();
    private @Nullable Channel answering;

    private static final class Route {

        Channel socket;
        int users;

        Route(Channel socket) {
            this.socket = socket;
        }
    }

    /** Packets that come by this socket are read now: who is new is answered by it. */
    void answering(@Nullable Channel socket) {
        answering = socket;
    }

    /** A connection uses that client's address, and does until {@link #remove}. */
    void add(InetSocketAddress client) {
        Channel socket = answering;
        if (socket != null) {
            byClient.computeIfAbsent(client, _ -> new Route(socket)).users++;
        }
    }

    /** Undoes one {@link #add}. Returns the socket if it is used no more. */
    @Nullable
    Channel remove(InetSocketAddress client) {
        Route route = byClient.get(client);
        if (route == null || --route.users > 0) {
            return null;
        }
        byClient.remove(client);
        return route.socket;
    }

    /** Who has one. */
    List<InetSocketAddress> clients() {
        return List.copyOf(byClient.keySet());
    }

    /** By which socket. */
    @Nullable
    Channel socket(InetSocketAddress client) {
        Route route = byClient.get(client);
        return route == null ? null : route.socket;
    }

    /** Gives a client another. */
    void change(InetSocketAddress client, Channel socket) {
        Route route = byClient.get(client);
        if (route != null) {
            route.socket = socket;
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        DatagramPacket packet = (DatagramPacket) message;
        Channel known = socket(packet.recipient());
        Channel to = known == null ? answering : known;
        if (to == null || !to.isOpen() || !to.isWritable()) {
            packet.release();
            promise.trySuccess();
            return;
        }
        if (!unflushed.contains(to)) {
            unflushed.add(to);
        }
        boolean connected = to.remoteAddress() != null;
        ByteBuf content = packet.content();
        // A datagram that cannot be sent is a lost one: QUIC finds that out by itself.
        var _ = to.write(connected ? content : packet).addListener(_ -> promise.trySuccess());
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }
}
