package dev.steelyard.dataplane.proxyprotocol;

import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Local;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The binary header of version 2 (section 2.2): what follows its signature. */
final class Version2 {

    /** Signature, version and command, family, length. */
    static final int FIXED_BYTES = 16;

    /** Version 2, command LOCAL. */
    static final int LOCAL = 0x20;

    /** Version 2, command PROXY. */
    static final int PROXY = 0x21;

    private static final int UNSPECIFIED = 0x00;
    private static final int TCP4 = 0x11;
    private static final int UDP4 = 0x12;
    private static final int TCP6 = 0x21;
    private static final int UDP6 = 0x22;
    private static final int UNIX_STREAM = 0x31;
    private static final int UNIX_DATAGRAM = 0x32;
    private static final int UNIX_BYTES = 216;

    private Version2() {}

    /** Parses the block of a PROXY command: addresses by family, then extensions, which are skipped. */
    static ProxyHeader parse(int family, ByteBuf block) throws MalformedProxyHeader {
        ProxyHeader header = switch (family) {
            case UNSPECIFIED -> {
                block.skipBytes(block.readableBytes()); // all of it is to be ignored
                yield Local.INSTANCE;
            }
            case TCP4 -> proxied(block, 4);
            case TCP6 -> proxied(block, 16);
            // Neither says anything of this connection, which is of TCP: its own ends count.
            case UDP4 -> skipped(block, 12);
            case UDP6 -> skipped(block, 36);
            case UNIX_STREAM, UNIX_DATAGRAM -> skipped(block, UNIX_BYTES);
            default -> throw new MalformedProxyHeader("unknown family or transport");
        };
        while (block.isReadable()) {
            require(block, 3);
            block.skipBytes(1);
            skipped(block, block.readUnsignedShort());
        }
        return header;
    }

    private static ProxyHeader skipped(ByteBuf block, int bytes) throws MalformedProxyHeader {
        require(block, bytes);
        block.skipBytes(bytes);
        return Local.INSTANCE;
    }

    private static Proxied proxied(ByteBuf block, int size) throws MalformedProxyHeader {
        require(block, 2 * size + 4);
        InetAddress client = address(block, size);
        InetAddress local = address(block, size);
        int clientPort = block.readUnsignedShort();
        int localPort = block.readUnsignedShort();
        return new Proxied(new InetSocketAddress(client, clientPort), new InetSocketAddress(local, localPort));
    }

    private static InetAddress address(ByteBuf block, int size) throws MalformedProxyHeader {
        byte[] bytes = new byte[size];
        block.readBytes(bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new MalformedProxyHeader("no address");
        }
    }

    private static void require(ByteBuf block, int bytes) throws MalformedProxyHeader {
        if (block.readableBytes() < bytes) {
            throw new MalformedProxyHeader("shorter than what it says it holds");
        }
    }

    /** Writes what follows the signature. IPv4 beside IPv6 is written as the mapped IPv6 address. */
    static void write(ProxyHeader header, ByteBuf out) {
        switch (header) {
            case Local _ -> out.writeByte(LOCAL).writeByte(UNSPECIFIED).writeShort(0);
            case Proxied(InetSocketAddress client, InetSocketAddress local) -> {
                boolean ipv4 =
                        client.getAddress() instanceof Inet4Address && local.getAddress() instanceof Inet4Address;
                out.writeByte(PROXY).writeByte(ipv4 ? TCP4 : TCP6).writeShort(ipv4 ? 12 : 36);
                write(client.getAddress(), ipv4, out);
                write(local.getAddress(), ipv4, out);
                out.writeShort(client.getPort()).writeShort(local.getPort());
            }
        }
    }

    private static void write(InetAddress address, boolean ipv4, ByteBuf out) {
        if (!ipv4 && address instanceof Inet4Address) {
            out.writeZero(10).writeShort(0xffff);
        }
        out.writeBytes(address.getAddress());
    }
}
