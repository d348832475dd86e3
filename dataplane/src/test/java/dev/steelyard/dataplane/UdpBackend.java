package dev.steelyard.dataplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Answers every datagram with its own name and the datagram. */
final class UdpBackend implements AutoCloseable {

    private final byte[] name;
    private final DatagramSocket socket;
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

    UdpBackend(String name) {
        this.name = (name + " ").getBytes(StandardCharsets.US_ASCII);
        try {
            socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(this::serve);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** The ports that datagrams have come from: one for each session. */
    Set<Integer> ports() {
        return ports;
    }

    private void serve() {
        byte[] bytes = new byte[65_535];
        System.arraycopy(name, 0, bytes, 0, name.length);
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(bytes, name.length, bytes.length - name.length);
                socket.receive(packet);
                ports.add(packet.getPort());
                // As much as still fits into a datagram.
                int length = Math.min(65_507, name.length + packet.getLength());
                socket.send(new DatagramPacket(bytes, 0, length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
