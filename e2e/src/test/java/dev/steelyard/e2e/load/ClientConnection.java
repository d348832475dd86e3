package dev.steelyard.e2e.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP/1.1 client connection that sends one request at a time and takes nothing in the answer on trust. Used by one
 * thread.
 */
public final class ClientConnection implements AutoCloseable {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5]\\d\\d) .*");
    private static final Pattern FIELD_LINE = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
    private static final int LIMIT = 64 << 20;

    private final Socket socket;
    private final InputStream in;
    private boolean reusable = true;

    /** Connects, with the TLS handshake if there is one; each step and each later read may take {@code timeoutMillis}. */
    public ClientConnection(Target target, int timeoutMillis) throws IOException {
        this.socket = target.connect(timeoutMillis);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** The connection broke or ended before the first byte of an answer: the server may not have seen the request. */
    static final class NoAnswerException extends IOException {
        private static final long serialVersionUID = 1;

        NoAnswerException(String message) {
            super(message);
        }
    }

    /** Whether another request may be sent here. */
    public boolean isReusable() {
        return reusable;
    }

    /** Sends {@code GET path} and reads the whole answer. */
    public Answer get(String host, String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: e2e\r\n\r\n");
    }

    /**
     * Sends the text of a request, as it is, and reads the whole answer to it.
     *
     * @throws NoAnswerException when nothing of an answer came
     * @throws ProtocolException when what came is no correct HTTP/1.1 response
     * @throws SocketTimeoutException when nothing more came in time
     */
    public Answer send(String request) throws IOException {
        if (in.available() > 0) {
            throw new ProtocolException("bytes on the idle connection, before the request");
        }
        reusable = false; // until the answer is complete
        try {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            in.mark(1);
            if (in.read() < 0) {
                throw new NoAnswerException("closed before an answer");
            }
            in.reset();
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException("no answer in time");
        } catch (NoAnswerException e) {
            throw e;
        } catch (IOException e) {
            throw new NoAnswerException("before an answer: " + e.getMessage());
        }
        return read(request.startsWith("HEAD "));
    }

    /** Makes {@link #close} reset the connection, so that it leaves nothing behind on this side. */
    void resetOnClose() throws IOException {
        socket.setSoLinger(true, 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Answer read(boolean head) throws IOException {
        String statusLine = line();
        Matcher status = STATUS_LINE.matcher(statusLine);
        if (!status.matches()) {
            throw new ProtocolException("status line: " + statusLine);
        }
        List<Answer.Field> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher field = FIELD_LINE.matcher(line);
            if (!field.matches()) {
                throw new ProtocolException("field line: " + line);
            }
            fields.add(new Answer.Field(field.group(1), field.group(2)));
        }
        Answer answer = new Answer(Integer.parseInt(status.group(1)), fields, new byte[0]);
        boolean bodiless = head || answer.status() == 204 || answer.status() == 304;
        Answer whole = bodiless ? answer : new Answer(answer.status(), fields, body(answer));
        reusable = answer.field("Connection").map(c -> c.toLowerCase(Locale.ROOT)).stream()
                .noneMatch("close"::equals);
        return whole;
    }

    private byte[] body(Answer head) throws IOException {
        List<String> lengths = head.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase("Content-Length"))
                .map(Answer.Field::value)
                .toList();
        boolean chunked = head.field("Transfer-Encoding").stream().anyMatch("chunked"::equalsIgnoreCase);
        if (lengths.size() + (chunked ? 1 : 0) != 1) {
            throw new ProtocolException("not framed by one Content-Length or by chunks: " + head);
        }
        if (!chunked) {
            return bytes(number(lengths.getFirst(), 10));
        }
        var body = new java.io.ByteArrayOutputStream();
        for (int size = number(line(), 16); size > 0; size = number(line(), 16)) {
            body.write(bytes(size));
            requireEmpty(line());
        }
        requireEmpty(line()); // no trailer fields are expected
        return body.toByteArray();
    }

    private static void requireEmpty(String line) throws ProtocolException {
        if (!line.isEmpty()) {
            throw new ProtocolException("after a chunk: " + line);
        }
    }

    private static int number(String digits, int radix) throws ProtocolException {
        try {
            int value = Integer.parseUnsignedInt(digits, radix);
            if (value >= 0 && value <= LIMIT) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new ProtocolException("not a length: " + digits);
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("ended after " + bytes.length + " of " + length + " bytes of a body");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("ended within the head of an answer: " + line);
            }
            line.append((char) c);
        }
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
            throw new ProtocolException("a line that does not end with CRLF: " + line);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }
}
