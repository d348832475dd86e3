package dev.steelyard.dataplane;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What stands between one client of UDP and a server in homes and mobile networks: the server sees addresses that the client knows nothing of. */
final class AddressTranslator implements AutoCloseable {

    private static final int DATAGRAM_BYTES = 2_048;

    private final InetSocketAddress server;
    private final DatagramSocket inside =
            new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    private final List<Integer> firstOctets = new CopyOnWriteArrayList<>();
    private volatile DatagramSocket outside;
    private volatile @Nullable InetSocketAddress client;
    private volatile boolean silent;

    AddressTranslator(InetSocketAddress server) throws SocketException {
        this.server = server;
        outside = opened("127.0.0.1");
        Thread.ofVirtual().start(this::passOut);
    }

    /** What the client sends to. */
    InetSocketAddress address() {
        return (InetSocketAddress) inside.getLocalSocketAddress();
    }

    /** From now on the server sees another address and port. */
    void moveTo(String address) throws SocketException {
        DatagramSocket before = outside;
        outside = opened(address);
        before.close();
    }

    /** From now on nothing of what the server sends arrives. */
    AddressTranslator silent() {
        silent = true;
        return this;
    }

    /** The first octets of what the server has sent. */
    List<Integer> firstOctets() {
        return firstOctets;
    }

    private DatagramSocket opened(String address) throws SocketException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
        Thread.ofVirtual().start(() -> passIn(socket));
        return socket;
    }

    private void passOut() {
        DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
        while (!inside.isClosed()) {
            try {
                packet.setLength(DATAGRAM_BYTES);
                inside.receive(packet);
                client = (InetSocketAddress) packet.getSocketAddress();
                outside.send(new DatagramPacket(
                        Arrays.copyOf(packet.getData(), packet.getLength()), packet.getLength(), server));
            } catch (IOException e) {
                // Closed, or moved just now: QUIC sends again.
            }
        }
    }

    private void passIn(DatagramSocket from) {
        DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
        while (!from.isClosed()) {
            try {
                packet.setLength(DATAGRAM_BYTES);
                from.receive(packet);
                firstOctets.add(packet.getData()[0] & 0xff);
                InetSocketAddress to = client;
                if (to != null && !silent) {
                    inside.send(new DatagramPacket(
                            Arrays.copyOf(packet.getData(), packet.getLength()), packet.getLength(), to));
                }
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    @Override
    public void close() {
        inside.close();
        outside.close();
    }
}
