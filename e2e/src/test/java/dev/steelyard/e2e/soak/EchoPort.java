package dev.steelyard.e2e.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends back what it gets by TCP, where it says 101 first to what looks like HTTP, and by UDP. */
final class EchoPort implements AutoCloseable {
    private final ServerSocket listening;
    private final DatagramSocket datagrams;

    EchoPort() {
        try {
            listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
            datagrams = new DatagramSocket(listening.getLocalPort(), InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("echo").start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    Thread.ofPlatform().daemon().start(() -> echo(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        Thread.ofPlatform().daemon().name("echo-udp").start(() -> echo(datagrams));
    }

    /** Of both. */
    int port() {
        return listening.getLocalPort();
    }

    private static void echo(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[8192];
            boolean first = true;
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                if (first && new String(piece, 0, count, StandardCharsets.ISO_8859_1).startsWith("GET ")) {
                    String upgraded =
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
                    socket.getOutputStream().write(upgraded.getBytes(StandardCharsets.ISO_8859_1));
                } else {
                    socket.getOutputStream().write(piece, 0, count);
                }
                first = false;
            }
        } catch (IOException gone) {
            // as clients do that abort
        }
    }

    private static void echo(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        while (!socket.isClosed()) {
            try {
                packet.setLength(65_535);
                socket.receive(packet);
                socket.send(packet);
            } catch (IOException closedOrGone) {
                // whoever is gone hears nothing
            }
        }
    }

    @Override
    public void close() {
        datagrams.close();
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
