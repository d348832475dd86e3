package dev.steelyard.dataplane.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.AbstractEpollServerChannel;
import io.netty.channel.epoll.EpollChannelConfig;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A listening TCP socket under epoll: what it accepts are {@link AcceptedChannel}s. */
public final class AcceptingChannel extends AbstractEpollServerChannel {

    private final Options options = new Options(this);

    /** One that is still to be bound. */
    public AcceptingChannel() {
        super(LinuxSocket.newSocketStream(), false);
    }

    /** @param descriptor of a socket that listens, which this closes when it is closed */
    public AcceptingChannel(int descriptor) {
        super(LinuxSocket.newSocket(descriptor));
    }

    @Override
    public EpollChannelConfig config() {
        return options;
    }

    @Override
    protected void doBind(SocketAddress address) throws Exception {
        super.doBind(address);
        socket.listen(options.backlog);
        active = true;
    }

    @Override
    protected Channel newChildChannel(int descriptor, byte[] address, int offset, int length) {
        InetSocketAddress client = NativeInetAddress.address(address, offset, length);
        return new AcceptedChannel(descriptor, client, (InetSocketAddress) localAddress());
    }

    private static final class Options extends EpollChannelConfig {

        private volatile int backlog = NetUtil.SOMAXCONN;

        Options(AcceptingChannel channel) {
            super(channel);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            validate(option, value);
            if (option.equals(ChannelOption.SO_BACKLOG)) {
                backlog = (Integer) value;
                return true;
            }
            try {
                if (option.equals(ChannelOption.SO_REUSEADDR)) {
                    socket().setReuseAddress((Boolean) value);
                    return true;
                }
                if (option.equals(UnixChannelOption.SO_REUSEPORT)) {
                    socket().setReusePort((Boolean) value);
                    return true;
                }
            } catch (IOException e) {
                throw new ChannelException(e);
            }
            return super.setOption(option, value);
        }
    }
}
