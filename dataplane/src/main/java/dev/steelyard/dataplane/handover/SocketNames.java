package dev.steelyard.dataplane.handover;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/** How both processes name a socket: by the address it is bound to. */
public final class SocketNames {

    private SocketNames() {}

    /** Such as {@code 192.0.2.1:80} or {@code [::]:443}. */
    public static String of(InetSocketAddress bound) {
        return NetUtil.toSocketAddressString(bound);
    }
}
