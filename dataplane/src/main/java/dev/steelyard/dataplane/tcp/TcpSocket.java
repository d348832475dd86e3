package dev.steelyard.dataplane.tcp;

import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Socket;
import java.net.Inet4Address;
import java.net.InetAddress;

/** A TCP socket, non-blocking, in whose use no Netty channel has a part. */
final class TcpSocket extends Socket {

    /**
     * One that is about to be connected.
     *
     * @throws io.netty.channel.ChannelException for want of file descriptors
     */
    TcpSocket(InetAddress to) {
        // A socket of IPv4 alone needs no call that makes it one of both.
        super(newSocketStream0(to instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6));
    }
}
