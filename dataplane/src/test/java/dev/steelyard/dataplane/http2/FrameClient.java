package dev.steelyard.dataplane.http2;

import dev.steelyard.dataplane.http2.frame.FieldBlock;
import dev.steelyard.dataplane.http2.frame.Violation;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One end of a connection on which HTTP/2 frames are written by hand. Reads time out after ten seconds. */
final class FrameClient implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;

    private static final int MAX_PAYLOAD = 16_384;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private OutputStream out;
    private final FieldBlock fields = new FieldBlock(1 << 20);

    /** Says nothing yet. */
    FrameClient(InetSocketAddress address) throws IOException {
        this(new Socket(address.getAddress(), address.getPort()));
    }

    FrameClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    /** The other end: reads the preface that a client sends, and sends settings. */
    static FrameClient accept(Socket socket, int... settings) throws IOException {
        FrameClient server = new FrameClient(socket);
        if (!Arrays.equals(server.in.readNBytes(PREFACE.length), PREFACE)) {
            throw new IOException("no preface");
        }
        return server.settings(settings);
    }

    /** A frame as read; of header blocks also the fields, as {@code name: value}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload, List<String> fields) {

        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /** The code of RST_STREAM and GOAWAY. */
        int code() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        /** The last stream of GOAWAY. */
        int lastStream() {
            return ByteBuffer.wrap(payload).getInt();
        }

        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        /** The value of a field, or null. */
        @Nullable
        String field(String name) {
            for (String each : fields) {
                if (each.startsWith(name + ": ")) {
                    return each.substring(name.length() + 2);
                }
            }
            return null;
        }
    }

    /** A response read whole. */
    record Response(
            Frame head,
            List<Frame> interim,
            String body,
            @Nullable Frame trailers) {

        int status() {
            return Integer.parseInt(String.valueOf(head.field(":status")));
        }
    }

    /** Sends preface and settings. */
    FrameClient start(int... settings) throws IOException {
        out.write(PREFACE);
        return settings(settings);
    }

    /** Sends SETTINGS, pairs of number and value. */
    FrameClient settings(int... settings) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(settings.length / 2 * 6);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        return frame(SETTINGS, 0, 0, payload.array());
    }

    /** What a client sends. */
    @FunctionalInterface
    interface Script {
        void run(FrameClient client) throws IOException;
    }

    /** Sends all that the script does at once, so that no answer to the beginning overtakes the end. */
    FrameClient together(Script script) throws IOException {
        OutputStream socketOut = out;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        out = all;
        try {
            script.run(this);
        } finally {
            out = socketOut;
        }
        out.write(all.toByteArray());
        return this;
    }

    FrameClient octets(byte[] octets) throws IOException {
        out.write(octets);
        return this;
    }

    FrameClient frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(encoded(type, flags, stream, payload));
        return this;
    }

    static byte[] encoded(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    FrameClient frame(int type, int flags, int stream, int payload) throws IOException {
        return frame(type, flags, stream, ByteBuffer.allocate(4).putInt(payload).array());
    }

    FrameClient data(int stream, String text, boolean end) throws IOException {
        return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends HEADERS with those names and values. */
    FrameClient headers(int stream, boolean end, String... fields) throws IOException {
        byte[] block = block(fields);
        int ends = end ? END_STREAM : 0;
        if (block.length <= MAX_PAYLOAD) {
            return frame(HEADERS, END_HEADERS | ends, stream, block);
        }
        frame(HEADERS, ends, stream, Arrays.copyOf(block, MAX_PAYLOAD));
        for (int at = MAX_PAYLOAD; at < block.length; at += MAX_PAYLOAD) {
            int to = Math.min(block.length, at + MAX_PAYLOAD);
            frame(CONTINUATION, to == block.length ? END_HEADERS : 0, stream, Arrays.copyOfRange(block, at, to));
        }
        return this;
    }

    /** Sends a GET for that path. */
    FrameClient get(int stream, String path) throws IOException {
        return headers(stream, true, request("GET", path));
    }

    /** The pseudo-header fields of a request, and further fields. */
    static String[] request(String method, String path, String... further) {
        List<String> all = new ArrayList<>(
                List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "test.example"));
        all.addAll(List.of(further));
        return all.toArray(String[]::new);
    }

    /** A header block of literals. */
    static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            string(block, fields[i]);
            string(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        if (octets.length < 127) {
            block.write(octets.length);
        } else {
            block.write(127);
            int rest = octets.length - 127;
            while (rest >= 128) {
                block.write((rest & 127) | 128);
                rest >>>= 7;
            }
            block.write(rest);
        }
        block.writeBytes(octets);
    }

    /** The next frame; null at the end of the connection. */
    @Nullable
    Frame read() throws IOException {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == SETTINGS && (flags & ACK) == 0) {
                frame(SETTINGS, ACK, 0, new byte[0]);
            }
            return new Frame(type, flags, stream, payload, type == HEADERS ? fields(stream, payload) : List.of());
        } catch (EOFException | SocketException e) {
            return null;
        }
    }

    /** The next frame; the connection has not ended. */
    Frame mustRead() throws IOException {
        Frame frame = read();
        if (frame == null) {
            throw new EOFException("the connection ended");
        }
        return frame;
    }

    private List<String> fields(int stream, byte[] block) {
        List<String> read = new ArrayList<>();
        try {
            fields.read(stream, Unpooled.wrappedBuffer(block));
        } catch (Violation e) {
            throw new AssertionError(e);
        }
        for (int i = 0; i < fields.count(); i++) {
            read.add(fields.name(i) + ": " + fields.value(i));
        }
        return read;
    }

    /** The next frame of that type; others are passed over. */
    Frame next(int type) throws IOException {
        for (Frame frame = read(); frame != null; frame = read()) {
            if (frame.type == type) {
                return frame;
            }
        }
        throw new EOFException("no frame of type " + type);
    }

    /** The next frame that ends a stream or the connection, or begins a response. */
    Frame outcome() throws IOException {
        for (Frame frame = read(); frame != null; frame = read()) {
            if (frame.type == HEADERS || frame.type == RST_STREAM || frame.type == GOAWAY) {
                return frame;
            }
        }
        throw new EOFException("the connection ended without a word");
    }

    /** The next response on that stream; opens windows as it is read. */
    Response response(int stream) throws IOException {
        List<Frame> interim = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        Frame head = null;
        for (Frame frame = read(); frame != null; frame = read()) {
            if (frame.type == DATA && frame.payload.length > 0) {
                frame(WINDOW_UPDATE, 0, 0, frame.payload.length);
                if (!frame.has(END_STREAM)) {
                    frame(WINDOW_UPDATE, 0, frame.stream, frame.payload.length);
                }
            }
            if (frame.stream != stream) {
                continue;
            }
            Frame trailers = null;
            switch (frame.type) {
                case HEADERS -> {
                    String status = frame.field(":status");
                    if (status == null) {
                        trailers = frame;
                    } else if (status.startsWith("1")) {
                        interim.add(frame);
                    } else {
                        head = frame;
                    }
                }
                case DATA -> body.append(frame.text());
                case RST_STREAM -> throw new AssertionError("reset with " + frame.code());
                default -> {}
            }
            if (head != null && (frame.type == DATA || frame.type == HEADERS) && frame.has(END_STREAM)) {
                return new Response(head, interim, body.toString(), trailers);
            }
        }
        throw new EOFException("no response");
    }

    /** Whether the connection is still served: a PING is answered. */
    void ping() throws IOException {
        frame(PING, 0, 0, new byte[8]);
        next(PING);
    }

    /** Ends the connection at once. */
    void cut() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
