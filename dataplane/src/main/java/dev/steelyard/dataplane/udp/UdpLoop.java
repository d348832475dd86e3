package dev.steelyard.dataplane.udp;

import dev.steelyard.dataplane.tcp.ConnectionLog;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.dataplane.transport.EventLoops;
import io.netty.channel.EventLoop;

/** What the UDP sockets of one event loop share. For its thread alone. */
record UdpLoop(int index, EventLoop loop, Deadlines deadlines, ConnectionLog log) {

    UdpLoop(int index, EventLoops loops, ConnectionLog log) {
        this(index, loops.get(index), loops.deadlines(index), log);
    }
}
