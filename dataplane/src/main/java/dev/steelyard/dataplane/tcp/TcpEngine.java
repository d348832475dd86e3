package dev.steelyard.dataplane.tcp;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.listener.AcceptedSocket;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.listener.SocketEngine;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.Turns;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.util.ArrayList;
import java.util.List;

/**
 * Relays bytes between clients and endpoints. For all threads.
 *
 * <p>A connection keeps the plan that it began with. When its listener drains it goes on until its ends close it or the deadline does.
 */
public final class TcpEngine implements SocketEngine {

    /** Reads adapt between these sizes: small for chatter, large for bulk. */
    private static final int SMALLEST_READ = 1024;

    private static final int FIRST_READ = 16 * 1024;
    private static final int LARGEST_READ = 512 * 1024;

    private static final AdaptiveRecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ);

    /** What may wait for one slow reader; above it the other side is not read. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    private final EventLoops loops;

    /** By the loop's number; each is for its loop's thread alone. */
    private final List<Deadlines> deadlines = new ArrayList<>();

    private final List<ConnectionLog> logs;

    /** By the loop's number; none under another transport than epoll. */
    private final List<SocketLoop> sockets = new ArrayList<>();

    /** @param logs by the loop's number */
    public TcpEngine(EventLoops loops, List<ConnectionLog> logs) {
        this.loops = loops;
        this.logs = List.copyOf(logs);
        for (int i = 0; i < loops.size(); i++) {
            EventLoop loop = loops.get(i);
            deadlines.add(loops.deadlines(i));
            Turns turns = loops.turns(loop);
            if (turns != null) {
                sockets.add(new SocketLoop((IoEventLoop) loop, i, turns, deadlines.get(i), logs.get(i)));
            }
        }
    }

    @Override
    public void initialise(Channel client, ListenerState listener) {
        relay(client, target(listener));
    }

    @Override
    public boolean take(AcceptedSocket client, ListenerState listener) {
        RelayTarget target = target(listener);
        LivePool.State state = target.pool().state();
        if (state.tls() != null) {
            return false;
        }
        new SocketRelay(client, target, state.config(), sockets.get(loops.indexOf(client.loop()))).begin();
        return true;
    }

    private static RelayTarget target(ListenerState listener) {
        if (listener.plan() instanceof ListenerPlan.Tcp plan) {
            return plan.target();
        }
        throw new IllegalArgumentException("not a TCP listener: " + listener.plan());
    }

    /** Relays a connection from now on. On its event loop. */
    void relay(Channel client, RelayTarget target) {
        prepare(client);
        int index = loops.indexOf(client);
        Relay relay = new Relay(target, loops, deadlines.get(index), logs.get(index), client);
        client.pipeline().addLast(relay.clientSide());
        if (client.isActive()) {
            relay.begin();
        }
    }

    /** Those of a channel's event loop. */
    Deadlines deadlines(Channel channel) {
        return deadlines.get(loops.indexOf(channel));
    }

    /** Sets a channel up for relaying: it is read only when asked, since its other side may not be there yet. */
    static void prepare(Channel channel) {
        channel.config().setOption(ChannelOption.AUTO_READ, false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        channel.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, READS);
    }
}
