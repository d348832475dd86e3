package dev.steelyard.dataplane.transport;

import org.jspecify.annotations.Nullable;

/**
 * The ports that connections to endpoints come from. No source address is bound, so the kernel picks a port for each pair of endpoint address
 * and port ({@code net.ipv4.ip_local_port_range}, about 28,000 by default): they run out only for one endpoint at a time, and another may
 * still be connected to.
 */
public final class SourcePorts {

    private SourcePorts() {}

    /** Whether a connection could not be made because all ports towards its endpoint are in use ({@code EADDRNOTAVAIL}, connect(2)). */
    public static boolean exhausted(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message != null && message.contains("Cannot assign requested address");
    }
}
