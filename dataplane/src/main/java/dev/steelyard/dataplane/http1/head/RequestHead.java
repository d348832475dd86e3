package dev.steelyard.dataplane.http1.head;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/**
 * The request line and fields of an HTTP/1.1 or HTTP/1.0 request (RFC 9112 sections 2, 3 and 5), or of an HTTP/2 request in that form, which
 * is checked as strictly. Reusable.
 */
public final class RequestHead extends MessageHead {

    private static final int MAX_EMPTY_LINES = 4;
    private static final byte[] CONTINUE = Octets.ascii("100-continue");
    private static final AsciiString SPACE = AsciiString.cached(" ");
    private static final byte[] TRAILERS = Octets.ascii("trailers");

    private final RequestTarget target = new RequestTarget();
    private final ConnectionOptions connection = new ConnectionOptions();
    private final FramingFields framing = new FramingFields();
    private int emptyLines;
    private String method = "";
    private int minorVersion;
    private int host;
    private int sentHost;
    private int upgrade;
    private boolean trailers;
    private boolean expectContinue;
    private String hostName = "";

    /** Of the request before, which had this one's place: most often it is the same again. */
    private String lastHost = "";

    /**
     * Begins anew.
     *
     * @param maxBytes of request line and fields; past it 414 or 431
     */
    public RequestHead begin(int maxBytes) {
        reset(maxBytes);
        connection.reset();
        framing.reset();
        emptyLines = 0;
        method = "";
        minorVersion = 1;
        host = -1;
        sentHost = -1;
        upgrade = -1;
        trailers = false;
        expectContinue = false;
        hostName = "";
        return this;
    }

    @Override
    boolean startLine(byte[] line, int from, int to) throws MalformedMessage {
        if (from == to) {
            if (++emptyLines > MAX_EMPTY_LINES) {
                throw MalformedMessage.bad("there are empty lines before the request line");
            }
            return false;
        }
        int at = from;
        while (at < to && Octets.is(Octets.TOKEN, line[at])) {
            at++;
        }
        if (at == from || at == to || line[at] != ' ') {
            throw MalformedMessage.bad("the request line is malformed");
        }
        method = Methods.of(line, from, at);
        int targetFrom = at + 1;
        int targetTo = targetFrom;
        while (targetTo < to && line[targetTo] != ' ') {
            targetTo++;
        }
        minorVersion = version(line, targetTo + 1, to);
        target.read(method, line, targetFrom, targetTo);
        return true;
    }

    private static int version(byte[] line, int from, int to) throws MalformedMessage {
        if (to - from != 8
                || line[from] != 'H'
                || line[from + 1] != 'T'
                || line[from + 2] != 'T'
                || line[from + 3] != 'P'
                || line[from + 4] != '/'
                || line[from + 6] != '.') {
            throw MalformedMessage.bad("the request line is malformed");
        }
        int major = line[from + 5] - '0';
        int minor = line[from + 7] - '0';
        if (major < 0 || major > 9 || minor < 0 || minor > 9) {
            throw MalformedMessage.bad("the request line is malformed");
        }
        if (major != 1 || minor > 1) {
            throw MalformedMessage.refused(505, "only HTTP/1.1 and HTTP/1.0 are served here");
        }
        return minor;
    }

    @Override
    void complete() throws MalformedMessage {
        for (int i = 0; i < count(); i++) {
            switch (field(i)) {
                case HOST -> {
                    if (host >= 0) {
                        throw MalformedMessage.bad("there is more than one Host");
                    }
                    host = i;
                }
                case CONTENT_LENGTH -> framing.contentLength(this, i);
                case TRANSFER_ENCODING -> framing.transferEncoding(this, i, minorVersion);
                case CONNECTION -> connection.read(this, i);
                case UPGRADE -> upgrade = upgrade == -1 ? i : -2;
                case TE -> trailers |= valueIs(i, TRAILERS);
                case EXPECT -> expect(i);
                default -> {}
            }
        }
        framing.complete();
        readHost();
    }

    /**
     * Begins a request that did not come in lines (HTTP/2), after {@link #begin}; {@link #add} follows for each field, Host among them, and
     * then {@link #end}.
     *
     * @param path in origin form, or {@code *}
     */
    public void requestLine(AsciiString wantedMethod, AsciiString path) throws MalformedMessage {
        append(wantedMethod);
        int end = length();
        for (int i = 0; i < end; i++) {
            if (!Octets.is(Octets.TOKEN, octets()[i])) {
                throw MalformedMessage.bad("the method is malformed");
            }
        }
        method = Methods.of(octets(), 0, end);
        append(SPACE);
        append(path);
        target.read(method, octets(), end + 1, length());
        startLineAppended();
    }

    /** The request asks to change protocol, as {@code Connection: upgrade} does; its Upgrade field has been added. */
    public void upgradeAsked() {
        connection.upgradeAsked();
    }

    /**
     * Ends a request that did not come in lines.
     *
     * @param bodyFollows if it has no Content-Length either, its body is as good as chunked
     */
    public void end(boolean bodyFollows) throws MalformedMessage {
        allAdded();
        framing.translate(bodyFollows);
    }

    /** The declared length of the body, or -1. */
    public long declaredLength() {
        return framing.length();
    }

    /**
     * RFC 9110 section 10.1.1: HTTP/1.0 has none, and what else than one 100-continue is asked for nobody here can meet. Servers differ on
     * {@code y 100-continue}, and so on whether a body comes before they have answered.
     */
    private void expect(int index) throws MalformedMessage {
        if (minorVersion == 0) {
            return;
        }
        if (expectContinue || !valueIs(index, CONTINUE)) {
            throw MalformedMessage.refused(417, "an expectation other than 100-continue is not met");
        }
        expectContinue = true;
    }

    /** RFC 9112 section 3.2: exactly one Host in HTTP/1.1, equal to the target's authority if that has one. */
    private void readHost() throws MalformedMessage {
        if (host < 0) {
            if (minorVersion > 0) {
                throw MalformedMessage.bad("there is no Host");
            }
            if (target.hasAuthority()) {
                hostName = lastHost = HostName.read(octets(), target.authorityFrom(), target.authorityTo(), lastHost);
            }
            return;
        }
        hostName = lastHost = HostName.read(octets(), valueStart(host), valueEnd(host), lastHost);
        if (target.hasAuthority()
                && !Octets.equal(
                        octets(), target.authorityFrom(), target.authorityTo(), valueStart(host), valueEnd(host))) {
            throw MalformedMessage.bad("Host differs from the request target");
        }
    }

    @Override
    MalformedMessage tooLong(boolean inFields) {
        return inFields
                ? MalformedMessage.refused(431, "the header fields are too large")
                : MalformedMessage.refused(414, "the request target is too long");
    }

    /** In upper case if the client sent it so; methods are case-sensitive. Interned for the registered ones. */
    public String method() {
        return method;
    }

    /** Whether the request can be sent again without harm (RFC 9110 section 9.2.2). */
    public boolean idempotent() {
        return Methods.idempotent(method);
    }

    /** What was asked for. */
    public RequestTarget target() {
        return target;
    }

    /** What follows the {@code ?} of the target, as sent; empty if there is nothing. */
    public String query() {
        return target.query(this);
    }

    /** 1, or 0 for HTTP/1.0. */
    public int minorVersion() {
        return minorVersion;
    }

    /** The host asked for, in lower case, without port and trailing dot; empty for HTTP/1.0 without one. */
    public String host() {
        return hostName;
    }

    /** Index of the Host field as received, or -1. */
    public int hostField() {
        return host;
    }

    /** Whether the request names a host, in its Host field or its target. */
    public boolean namesHost() {
        return host >= 0 || target.hasAuthority();
    }

    /** Writes that host with its port, as sent. */
    public void writeHost(ByteBuf out) {
        if (host >= 0) {
            writeValue(host, out);
        } else {
            write(target.authorityFrom(), target.authorityTo(), out);
        }
    }

    /** Index of the Host field that an endpoint is sent: the received one, or what it was rewritten to; -1 if there is none. */
    public int sentHostField() {
        return sentHost < 0 ? host : sentHost;
    }

    /** The port that the Host field names; 0 if it names none. */
    public int hostPort() {
        int at = host < 0 ? -1 : valueEnd(host) - 1;
        int port = 0;
        for (int unit = 1; at >= 0 && octets()[at] >= '0' && octets()[at] <= '9'; at--, unit *= 10) {
            port += (octets()[at] - '0') * unit;
        }
        return at > 0 && at >= valueStart(host) && octets()[at] == ':' ? port : 0;
    }

    /** Asks for another host, without port. */
    public void rewriteHost(String name) {
        if (host >= 0) {
            drop(host);
        }
        sentHost = addToComplete("Host", name);
    }

    /**
     * Asks for another path; the query stays.
     *
     * @throws MalformedMessage if an endpoint could read it otherwise than it says
     */
    public void rewritePath(String path) throws MalformedMessage {
        target.rewrite(path);
    }

    /** Becomes the same as another complete head, which may then be used again. */
    public RequestHead copyOf(RequestHead other) {
        copy(other);
        target.copy(other.target);
        connection.copy(other.connection);
        framing.copy(other.framing);
        emptyLines = other.emptyLines;
        method = other.method;
        minorVersion = other.minorVersion;
        host = other.host;
        sentHost = other.sentHost;
        upgrade = other.upgrade;
        trailers = other.trailers;
        expectContinue = other.expectContinue;
        hostName = other.hostName;
        return this;
    }

    /** How the body ends; never {@link Framing#UNTIL_CLOSE}. */
    public Framing framing() {
        if (framing.chunked()) {
            return Framing.CHUNKED;
        }
        return framing.length() > 0 ? Framing.LENGTH : Framing.NONE;
    }

    /** Octets of the body with {@link Framing#LENGTH}. */
    public long contentLength() {
        return Math.max(0, framing.length());
    }

    /** Whether the client means to send another request on the connection. */
    public boolean keepAlive() {
        return connection.persistent(minorVersion);
    }

    /** Whether the client asks with {@code Connection: keep-alive}, which HTTP/1.1 does not need, and so looks for an answer. */
    public boolean asksKeepAlive() {
        return connection.keepAlive();
    }

    /** Whether the client may wait for 100 before it sends the body. Without a body there is nothing to wait for. */
    public boolean expectContinue() {
        return expectContinue && framing() != Framing.NONE;
    }

    /** Whether the client takes trailers. */
    public boolean trailers() {
        return trailers;
    }

    /**
     * Index of the Upgrade field if the request asks to change protocol in a way that can be passed on: one protocol that is no
     * version of HTTP or TLS, with the {@code upgrade} option, and no body. Else -1, and the field is to be ignored (RFC 9110 section 7.8).
     */
    public int upgradeField() {
        boolean asked = upgrade >= 0 && connection.upgrade() && minorVersion > 0 && framing() == Framing.NONE;
        return asked && Upgrades.passable(octets(), valueStart(upgrade), valueEnd(upgrade)) ? upgrade : -1;
    }

    /** Writes the target in origin form, its path normalised. */
    public void writeTarget(ByteBuf out) {
        target.write(this, out);
    }
}
