package dev.steelyard.dataplane.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelConfig;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.unix.Socket;
import java.io.IOException;

/**
 * How an {@link AcceptedChannel} behaves. Those of the socket's own options that have no name here are set by number, see
 * {@link io.netty.channel.unix.IntegerUnixChannelOption}.
 */
final class AcceptedOptions extends EpollChannelConfig implements SocketChannelConfig {

    /** Holds nothing of a channel. */
    private static final AdaptiveRecvByteBufAllocator READS = new AdaptiveRecvByteBufAllocator();

    private volatile boolean allowHalfClosure;

    AcceptedOptions(AcceptedChannel channel) {
        super(channel, READS);
    }

    private interface Question<T> {
        T ask(Socket socket) throws IOException;
    }

    private interface Change {
        void make(Socket socket) throws IOException;
    }

    private <T> T ask(Question<T> question) {
        try {
            return question.ask(socket());
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    private AcceptedOptions change(Change change) {
        try {
            change.make(socket());
        } catch (IOException e) {
            throw new ChannelException(e);
        }
        return this;
    }

    @Override
    @SuppressWarnings("unchecked") // each has the option's type
    public <T> T getOption(ChannelOption<T> option) {
        if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            return (T) Boolean.valueOf(isAllowHalfClosure());
        }
        if (option.equals(ChannelOption.SO_LINGER)) {
            return (T) Integer.valueOf(getSoLinger());
        }
        if (option.equals(ChannelOption.TCP_NODELAY)) {
            return (T) Boolean.valueOf(isTcpNoDelay());
        }
        if (option.equals(ChannelOption.SO_KEEPALIVE)) {
            return (T) Boolean.valueOf(isKeepAlive());
        }
        if (option.equals(ChannelOption.SO_SNDBUF)) {
            return (T) Integer.valueOf(getSendBufferSize());
        }
        if (option.equals(ChannelOption.SO_RCVBUF)) {
            return (T) Integer.valueOf(getReceiveBufferSize());
        }
        return super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            setAllowHalfClosure((Boolean) value);
        } else if (option.equals(ChannelOption.SO_LINGER)) {
            setSoLinger((Integer) value);
        } else if (option.equals(ChannelOption.TCP_NODELAY)) {
            setTcpNoDelay((Boolean) value);
        } else if (option.equals(ChannelOption.SO_KEEPALIVE)) {
            setKeepAlive((Boolean) value);
        } else if (option.equals(ChannelOption.SO_SNDBUF)) {
            setSendBufferSize((Integer) value);
        } else if (option.equals(ChannelOption.SO_RCVBUF)) {
            setReceiveBufferSize((Integer) value);
        } else {
            return super.setOption(option, value);
        }
        return true;
    }

    @Override
    public boolean isAllowHalfClosure() {
        return allowHalfClosure;
    }

    @Override
    public AcceptedOptions setAllowHalfClosure(boolean allow) {
        allowHalfClosure = allow;
        return this;
    }

    @Override
    public int getSoLinger() {
        return ask(Socket::getSoLinger);
    }

    /** @param seconds zero: closing resets the connection; less: it does not wait. More would have the event loop wait */
    @Override
    public AcceptedOptions setSoLinger(int seconds) {
        if (seconds > 0) {
            throw new IllegalArgumentException("an event loop cannot wait for a connection to close: " + seconds);
        }
        return change(socket -> socket.setSoLinger(seconds));
    }

    @Override
    public boolean isTcpNoDelay() {
        return ask(Socket::isTcpNoDelay);
    }

    @Override
    public AcceptedOptions setTcpNoDelay(boolean on) {
        return change(socket -> socket.setTcpNoDelay(on));
    }

    @Override
    public boolean isKeepAlive() {
        return ask(Socket::isKeepAlive);
    }

    @Override
    public AcceptedOptions setKeepAlive(boolean on) {
        return change(socket -> socket.setKeepAlive(on));
    }

    @Override
    public int getSendBufferSize() {
        return ask(Socket::getSendBufferSize);
    }

    @Override
    public AcceptedOptions setSendBufferSize(int bytes) {
        return change(socket -> socket.setSendBufferSize(bytes));
    }

    @Override
    public int getReceiveBufferSize() {
        return ask(Socket::getReceiveBufferSize);
    }

    @Override
    public AcceptedOptions setReceiveBufferSize(int bytes) {
        return change(socket -> socket.setReceiveBufferSize(bytes));
    }

    @Override
    public int getTrafficClass() {
        return ask(Socket::getTrafficClass);
    }

    @Override
    public AcceptedOptions setTrafficClass(int trafficClass) {
        return change(socket -> socket.setTrafficClass(trafficClass));
    }

    @Override
    public boolean isReuseAddress() {
        return ask(Socket::isReuseAddress);
    }

    @Override
    public AcceptedOptions setReuseAddress(boolean on) {
        return change(socket -> socket.setReuseAddress(on));
    }

    @Override
    public AcceptedOptions setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        return this;
    }

    // The rest has two supertypes that differ in what they return.

    @Override
    public AcceptedOptions setConnectTimeoutMillis(int millis) {
        super.setConnectTimeoutMillis(millis);
        return this;
    }

    @Override
    @Deprecated
    public AcceptedOptions setMaxMessagesPerRead(int most) {
        super.setMaxMessagesPerRead(most);
        return this;
    }

    @Override
    public AcceptedOptions setWriteSpinCount(int most) {
        super.setWriteSpinCount(most);
        return this;
    }

    @Override
    public AcceptedOptions setAllocator(ByteBufAllocator allocator) {
        super.setAllocator(allocator);
        return this;
    }

    @Override
    public AcceptedOptions setRecvByteBufAllocator(RecvByteBufAllocator allocator) {
        super.setRecvByteBufAllocator(allocator);
        return this;
    }

    @Override
    public AcceptedOptions setAutoRead(boolean on) {
        super.setAutoRead(on);
        return this;
    }

    @Override
    public AcceptedOptions setAutoClose(boolean on) {
        super.setAutoClose(on);
        return this;
    }

    @Override
    public AcceptedOptions setMessageSizeEstimator(MessageSizeEstimator estimator) {
        super.setMessageSizeEstimator(estimator);
        return this;
    }

    @Override
    public AcceptedOptions setWriteBufferWaterMark(WriteBufferWaterMark marks) {
        super.setWriteBufferWaterMark(marks);
        return this;
    }
}
