package dev.steelyard.dataplane.listener;

/** An engine that can do without Netty's channels: it reads and writes sockets itself, as epoll tells. */
public interface SocketEngine extends Engine {

    /**
     * Takes a connection over. On its event loop.
     *
     * @return false if it can not do without a channel this time: {@link #initialise} is called then
     */
    boolean take(AcceptedSocket connection, ListenerState listener);
}
