package dev.steelyard.dataplane.http1.head;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/** The status line and fields of a response (RFC 9112 sections 4 and 5). Reusable. Whatever is refused here becomes 502. */
public final class ResponseHead extends MessageHead {

    /** Status line and fields together. */
    public static final int MAX_BYTES = 65_536;

    private static final AsciiString PREFIX = AsciiString.cached("HTTP/1.1 ");
    private static final AsciiString SPACE = AsciiString.cached(" ");

    private final ConnectionOptions connection = new ConnectionOptions();
    private final FramingFields framing = new FramingFields();
    private boolean bodiless;
    private boolean translated;
    private boolean bodyFollows;
    private int minorVersion;
    private int status;
    private int statusFrom;
    private int statusTo;
    private int upgrade;
    private int keepAlive;

    /**
     * Begins anew.
     *
     * @param toHead whether it answers HEAD, and so has no body whatever its fields say
     */
    public ResponseHead begin(boolean toHead) {
        reset(MAX_BYTES);
        connection.reset();
        framing.reset();
        bodiless = toHead;
        status = 0;
        translated = false;
        bodyFollows = false;
        upgrade = -1;
        keepAlive = -1;
        return this;
    }

    @Override
    boolean startLine(byte[] line, int from, int to) throws MalformedMessage {
        if (to - from < 12
                || line[from] != 'H'
                || line[from + 1] != 'T'
                || line[from + 2] != 'T'
                || line[from + 3] != 'P'
                || line[from + 4] != '/'
                || line[from + 5] != '1'
                || line[from + 6] != '.'
                || (line[from + 7] != '0' && line[from + 7] != '1')
                || line[from + 8] != ' '
                || (to - from > 12 && line[from + 12] != ' ')) {
            throw MalformedMessage.bad("the status line is malformed");
        }
        minorVersion = line[from + 7] - '0';
        statusFrom = from + 9;
        statusTo = to;
        for (int i = statusFrom; i < statusFrom + 3; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9) {
                throw MalformedMessage.bad("the status is malformed");
            }
            status = status * 10 + digit;
        }
        if (status < 100 || status > 599) {
            throw MalformedMessage.bad("the status is out of range");
        }
        for (int i = statusFrom + 3; i < to; i++) {
            if (!Octets.is(Octets.FIELD, line[i])) {
                throw MalformedMessage.bad("the reason phrase holds a control character");
            }
        }
        return true;
    }

    /**
     * Begins a response that did not come in lines (HTTP/2), after {@link #begin}; {@link #add} follows for each field, and then {@link #end}.
     *
     * @param code three digits
     */
    public void statusLine(AsciiString code) throws MalformedMessage {
        translated = true;
        append(PREFIX);
        append(code);
        append(SPACE);
        int end = length();
        startLineAppended();
        startLine(octets(), 0, end);
    }

    /** The connection changes protocol, as {@code Connection: upgrade} says; its Upgrade field has been added. */
    public void upgradeAgreed() {
        connection.upgradeAsked();
    }

    /**
     * Ends a response that did not come in lines.
     *
     * @param follows whether content or trailers do; if it has no Content-Length either, its body is as good as chunked
     */
    public void end(boolean follows) throws MalformedMessage {
        allAdded();
        bodyFollows = follows;
        if (!bodiless && !bodilessStatus()) {
            framing.translate(follows);
        }
    }

    /** The declared length of the body, or -1. */
    public long declaredLength() {
        return framing.length();
    }

    @Override
    void complete() throws MalformedMessage {
        for (int i = 0; i < count(); i++) {
            switch (field(i)) {
                case CONTENT_LENGTH -> framing.contentLength(this, i);
                case TRANSFER_ENCODING -> framing.transferEncoding(this, i, minorVersion);
                case CONNECTION -> connection.read(this, i);
                case UPGRADE -> upgrade = upgrade == -1 ? i : -2;
                case KEEP_ALIVE -> keepAlive = i;
                default -> {}
            }
        }
        framing.complete();
    }

    @Override
    MalformedMessage tooLong(boolean inFields) {
        return MalformedMessage.bad("the response head is too large");
    }

    /** 100..599. */
    public int status() {
        return status;
    }

    /** Whether a final response follows (RFC 9110 section 15.2); 101 is final, it ends HTTP. */
    public boolean interim() {
        return status < 200 && status != 101;
    }

    /** Whether there never is a body with this status (RFC 9112 section 6.3, 1), nor may a length be told with 1xx and 204. */
    public boolean bodilessStatus() {
        return status < 200 || status == 204 || status == 304;
    }

    /** How the body ends. */
    public Framing framing() {
        if (bodiless || bodilessStatus()) {
            return Framing.NONE;
        }
        if (framing.chunked()) {
            return Framing.CHUNKED;
        }
        if (framing.length() < 0) {
            return Framing.UNTIL_CLOSE;
        }
        return framing.length() == 0 ? Framing.NONE : Framing.LENGTH;
    }

    /** Octets of the body with {@link Framing#LENGTH}. */
    public long contentLength() {
        return Math.max(0, framing.length());
    }

    /** Whether the sender takes another request on the connection. */
    public boolean keepAlive() {
        return connection.persistent(minorVersion) && framing() != Framing.UNTIL_CLOSE;
    }

    /** For how many seconds the sender promises to keep the idle connection ({@code Keep-Alive: timeout=…}), or -1. */
    public int keepAliveSeconds() {
        return keepAlive < 0 ? -1 : KeepAliveField.timeout(octets(), valueStart(keepAlive), valueEnd(keepAlive));
    }

    /** Index of the one Upgrade field of a 101 with the {@code upgrade} option, or -1. */
    public int upgradeField() {
        return connection.upgrade() && upgrade >= 0 ? upgrade : -1;
    }

    /** Drops fields about the sender's connection alone, and Content-Length with 1xx and 204 (RFC 9110 section 8.6). */
    public void dropWhatIsNotRelayed() {
        dropHopByHop();
        if (status < 200 || status == 204) {
            for (int i = 0; i < count(); i++) {
                if (field(i) == KnownField.CONTENT_LENGTH) {
                    drop(i);
                }
            }
        }
    }

    /** Whether nothing follows it, neither content nor trailers. */
    public boolean endsWithHead() {
        return translated ? !bodyFollows : framing() == Framing.NONE;
    }

    /** Whether its body may be followed by trailers although its length is known: in HTTP/1.1 never. */
    public boolean trailersMayFollowLength() {
        return translated;
    }

    /** Writes the status line, as HTTP/1.1 whatever the sender's version (RFC 9110 section 6.2). */
    public void writeStatusLine(ByteBuf out) {
        out.writeBytes(HTTP_1_1);
        write(statusFrom, statusTo, out);
        out.writeByte('\r').writeByte('\n');
    }

    private static final byte[] HTTP_1_1 = Octets.ascii("HTTP/1.1 ");
}
