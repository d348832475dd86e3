package dev.steelyard.dataplane;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client at an address and port of its own, which hears nobody but whom it asks. */
final class UdpClient implements AutoCloseable {

    private final DatagramSocket socket;

    UdpClient(String from, String to, int port) throws IOException {
        socket = new DatagramSocket(0, InetAddress.ofLiteral(from));
        socket.connect(InetAddress.ofLiteral(to), port);
    }

    /** The answer, if there is one within the time. */
    @Nullable
    String ask(String question, int millis) throws IOException {
        byte[] bytes = question.getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(bytes, bytes.length));
        socket.setSoTimeout(millis);
        DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
        try {
            socket.receive(answer);
        } catch (SocketTimeoutException e) {
            return null;
        }
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
    }

    /** The answer, which is expected to come. */
    String ask(String question) throws IOException {
        String answer = ask(question, 10_000);
        if (answer == null) {
            throw new AssertionError("no answer to " + question);
        }
        return answer;
    }

    @Override
    public void close() {
        socket.close();
    }
}
