package dev.steelyard.operator.cli;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST:PORT}, {@code [IPv6]:PORT} and {@code :PORT}, which means all addresses. */
final class HostAndPort implements ITypeConverter<InetSocketAddress> {

    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = text.substring(0, Math.max(colon, 0));
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            InetSocketAddress address =
                    host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new TypeConversionException("there is no host " + host);
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("must be HOST:PORT, such as 127.0.0.1:9090, and is " + text);
        }
    }
}
