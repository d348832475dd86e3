package dev.steelyard.e2e.soak;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** Datagrams and their echoes over a port that relays UDP, from a new port of the client's in each turn. */
record Datagrams(int port) implements Client {
    private static final int TIMEOUT_MILLIS = 5_000;

    @Override
    public void turn(Tally.Count count) throws IOException, InterruptedException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(InetAddress.getLoopbackAddress(), port);
            for (int i = 0; i < 20; i++) {
                byte[] said = ("datagram " + i).getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(said, said.length));
                DatagramPacket heard = new DatagramPacket(new byte[100], 100);
                socket.receive(heard);
                String text = new String(heard.getData(), 0, heard.getLength(), StandardCharsets.US_ASCII);
                if (!text.equals("datagram " + i)) {
                    throw new IOException("not the echo: " + text);
                }
                count.done(1);
                Thread.sleep(10);
            }
        }
    }
}
