package dev.steelyard.dataplane.http1.head;

/** {@code Content-Length} and {@code Transfer-Encoding} of one head, read so that no other recipient can read them otherwise. */
final class FramingFields {

    private static final byte[] CHUNKED = Octets.ascii("chunked");
    private static final int MAX_DIGITS = 18;

    private boolean chunked;
    private long length;

    void reset() {
        chunked = false;
        length = -1;
    }

    void copy(FramingFields other) {
        chunked = other.chunked;
        length = other.length;
    }

    /** RFC 9112 section 6.3, 5: anything but one plain decimal number is refused, also a list of equal ones. */
    void contentLength(MessageHead head, int index) throws MalformedMessage {
        if (length >= 0) {
            throw MalformedMessage.bad("there is more than one Content-Length");
        }
        byte[] octets = head.octets();
        int from = head.valueStart(index);
        int digits = head.valueEnd(index) - from;
        if (digits == 0 || digits > MAX_DIGITS || (octets[from] == '0' && digits > 1)) {
            throw MalformedMessage.bad("Content-Length is malformed");
        }
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = octets[i] - '0';
            if (digit < 0 || digit > 9) {
                throw MalformedMessage.bad("Content-Length is malformed");
            }
            value = value * 10 + digit;
        }
        length = value;
    }

    /** RFC 9112 section 6.1: {@code chunked} alone, once, in HTTP/1.1. */
    void transferEncoding(MessageHead head, int index, int minorVersion) throws MalformedMessage {
        if (chunked) {
            throw MalformedMessage.bad("there is more than one Transfer-Encoding");
        }
        if (minorVersion == 0) {
            throw MalformedMessage.bad("HTTP/1.0 has no Transfer-Encoding");
        }
        if (!head.valueIs(index, CHUNKED)) {
            throw MalformedMessage.refused(501, "a Transfer-Encoding other than chunked is not served");
        }
        chunked = true;
    }

    /** RFC 9112 section 6.3, 3: both at once is how smuggling is tried. */
    void complete() throws MalformedMessage {
        if (chunked && length >= 0) {
            throw MalformedMessage.bad("there are both Content-Length and Transfer-Encoding");
        }
    }

    /** For messages of versions that frame bodies themselves: one that follows without a length is as good as chunked. */
    void translate(boolean bodyFollows) throws MalformedMessage {
        if (!bodyFollows && length > 0) {
            throw MalformedMessage.bad("Content-Length announces a body that does not come");
        }
        chunked = bodyFollows && length < 0;
    }

    boolean chunked() {
        return chunked;
    }

    /** The declared length, or -1. */
    long length() {
        return length;
    }
}
