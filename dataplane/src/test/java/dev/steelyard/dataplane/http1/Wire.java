package dev.steelyard.dataplane.http1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One end of a TCP connection on which HTTP/1.1 is written by hand and read without mercy. Reads time out after ten seconds. */
public final class Wire implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private volatile OutputStream copies = OutputStream.nullOutputStream();

    public Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(new Copying(socket.getInputStream()));
    }

    /** Has every octet received from now on written to {@code copy} as well, before it is read. */
    void copyTo(OutputStream copy) {
        copies = copy;
    }

    private final class Copying extends FilterInputStream {
        Copying(InputStream from) {
            super(from);
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            int count = super.read(into, from, most);
            if (count > 0) {
                copies.write(into, from, count);
            }
            return count;
        }
    }

    public static Wire to(InetSocketAddress address) throws IOException {
        return new Wire(new Socket(address.getAddress(), address.getPort()));
    }

    /**
     * A message as read.
     *
     * @param start request line or status line
     * @param fields lines, as sent
     * @param body content, without its framing
     * @param trailers lines
     */
    public record Message(String start, List<String> fields, String body, List<String> trailers) {

        public int status() {
            return Integer.parseInt(start.substring(9, 12));
        }

        /** The value of the one field of that name; null if there is none. */
        @Nullable
        public String field(String name) {
            String found = null;
            for (String line : fields) {
                if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    if (found != null) {
                        throw new AssertionError("twice: " + line);
                    }
                    found = line.substring(name.length() + 1).strip();
                }
            }
            return found;
        }
    }

    /** A head of those lines. */
    public static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    /** A whole request, or null at the end of the connection. */
    @Nullable
    public Message readRequest() throws IOException {
        Message head = readHead();
        return head == null ? null : withBody(head, false);
    }

    /** A whole response. */
    public Message readResponse() throws IOException {
        return readResponse(false);
    }

    public Message readResponse(boolean toHead) throws IOException {
        Message head = readHead();
        if (head == null) {
            throw new EOFException("no response");
        }
        int status = head.status();
        boolean bodiless = toHead || status < 200 || status == 204 || status == 304;
        return bodiless ? head : withBody(head, true);
    }

    /** Start line and fields, or null at the end of the connection. */
    @Nullable
    public Message readHead() throws IOException {
        String start = readLine();
        if (start == null) {
            return null;
        }
        return new Message(start, readFields(), "", List.of());
    }

    private Message withBody(Message head, boolean response) throws IOException {
        String encoding = head.field("Transfer-Encoding");
        String length = head.field("Content-Length");
        if (encoding != null) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                body.write(readExactly(size));
                readLine();
            }
            return new Message(head.start(), head.fields(), body.toString(StandardCharsets.ISO_8859_1), readFields());
        }
        byte[] body = new byte[0];
        if (length != null) {
            body = readExactly(Integer.parseInt(length));
        } else if (response) {
            body = in.readAllBytes();
        }
        return new Message(head.start(), head.fields(), new String(body, StandardCharsets.ISO_8859_1), List.of());
    }

    private int chunkSize() throws IOException {
        String line = readLine();
        if (line == null) {
            throw new EOFException("truncated chunks");
        }
        return Integer.parseInt(line.toLowerCase(Locale.ROOT), 16);
    }

    public byte[] readExactly(int length) throws IOException {
        byte[] octets = in.readNBytes(length);
        if (octets.length < length) {
            throw new EOFException("truncated: " + octets.length + " of " + length);
        }
        return octets;
    }

    private List<String> readFields() throws IOException {
        List<String> fields = new ArrayList<>();
        for (String line = readLine(); line == null || !line.isEmpty(); line = readLine()) {
            if (line == null) {
                throw new EOFException("truncated fields");
            }
            fields.add(line);
        }
        return fields;
    }

    @Nullable
    public String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (; ; ) {
            int octet = in.read();
            if (octet < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new EOFException("truncated line: " + line);
            }
            if (octet == '\n') {
                if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
                    throw new AssertionError("bare LF after " + line);
                }
                return line.substring(0, line.length() - 1);
            }
            line.append((char) octet);
        }
    }

    /** What comes until the other side closes. */
    public String readToEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** The next octet, or -1 at the end. */
    public int read() throws IOException {
        return in.read();
    }

    public int read(byte[] into) throws IOException {
        return in.read(into);
    }

    /** Ends the sending side. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
