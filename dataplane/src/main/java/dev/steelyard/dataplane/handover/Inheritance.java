package dev.steelyard.dataplane.handover;

import dev.steelyard.dataplane.transport.AcceptingChannel;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.FileDescriptor;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listening sockets that came from the process before, and which of them are used. One thread at a time. */
final class Inheritance {

    private static final Logger LOG = LoggerFactory.getLogger(Inheritance.class);

    private final Map<String, AcceptingChannel> unused = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    void add(FileDescriptor descriptor) {
        AcceptingChannel socket = new AcceptingChannel(descriptor.intValue());
        InetSocketAddress bound = (InetSocketAddress) socket.localAddress();
        if (bound == null) {
            LOG.warn("the process before passed on what is not a bound socket");
            socket.unsafe().closeForcibly();
            return;
        }
        AcceptingChannel twin = unused.put(SocketNames.of(bound), socket);
        if (twin != null) {
            twin.unsafe().closeForcibly();
        }
    }

    /** The socket bound to exactly that address, registered with no loop yet; null if there is none. */
    @Nullable
    ServerChannel use(InetSocketAddress address) {
        String name = SocketNames.of(address);
        ServerChannel socket = unused.remove(name);
        if (socket != null) {
            used.add(name);
        }
        return socket;
    }

    Set<String> used() {
        return Set.copyOf(used);
    }

    /** Closes what has not been used: the process before still has it, and ends it in good order. */
    void closeUnused() {
        unused.values().forEach(socket -> socket.unsafe().closeForcibly());
        unused.clear();
    }
}
