package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.exchange.ClientOrigin;
import dev.steelyard.dataplane.exchange.ClientSide;
import dev.steelyard.dataplane.exchange.Exchange;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What an HTTP/1.1 client gets for the request under way. One per connection, begun anew with each request. */
final class ClientResponse implements ClientSide {

    private final ClientHandler handler;
    private final ClientChannel channel;
    private final InstantSource clock;
    private int minorVersion;
    private boolean toHead;
    private boolean clientGoesOn;
    private boolean asksKeepAlive;
    private boolean upgraded;
    private boolean keepAlive;
    private Framing framing = Framing.NONE;

    /**
     * @param clock for the Date field of responses of our own
     */
    ClientResponse(ClientHandler handler, ClientChannel channel, InstantSource clock) {
        this.handler = handler;
        this.channel = channel;
        this.clock = clock;
    }

    /** A request has come. */
    void begin(RequestHead request) {
        minorVersion = request.minorVersion();
        toHead = request.method().equals("HEAD");
        clientGoesOn = request.keepAlive();
        asksKeepAlive = request.asksKeepAlive();
        upgraded = false;
        keepAlive = false;
        framing = Framing.NONE;
    }

    /** Whether the client means to send further requests on its connection. */
    boolean clientGoesOn() {
        return clientGoesOn;
    }

    @Override
    public ClientOrigin origin() {
        return channel.origin();
    }

    @Override
    public String protocol() {
        return minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1";
    }

    @Override
    public void interim(ResponseHead interim) {
        if (minorVersion > 0) {
            RelayedResponse.writeInterim(interim, channel.out());
        }
    }

    @Override
    public void head(ResponseHead response, boolean requestDone) {
        framing = RelayedResponse.framing(response, minorVersion);
        keepAlive = requestDone && framing != Framing.UNTIL_CLOSE && handler.keepsAlive(clientGoesOn);
        ByteBuf out = RelayedResponse.write(response, framing, channel.out());
        persistence(keepAlive, out);
        out.writeByte('\r').writeByte('\n');
        channel.body().begin(framing);
    }

    @Override
    public void data(ByteBuf piece) {
        channel.body().data(piece);
    }

    @Override
    public void data(ByteBuf from, int length) {
        channel.body().data(from, length);
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        channel.body().end(trailers);
    }

    @Override
    public void upgraded(ResponseHead response) {
        upgraded = true;
        framing = Framing.UNTIL_CLOSE;
        RelayedResponse.writeUpgrade(response, channel.out());
        channel.out().flush();
        channel.body().begin(framing);
        handler.tunnel();
    }

    @Override
    public void endOutput() {
        channel.end();
    }

    @Override
    public int answer(LocalReply reply, boolean requestDone) {
        keepAlive = requestDone && minorVersion > 0 && handler.keepsAlive(clientGoesOn);
        return write(reply, toHead, keepAlive);
    }

    /** Writes a response of our own to whatever has come of a request that has no exchange; the last on its connection. Returns octets of its body. */
    int refuse(int status, String reason, boolean ofHead) {
        return write(LocalReply.sentence(status, reason), ofHead, false);
    }

    private int write(LocalReply reply, boolean bodiless, boolean goesOn) {
        return LocalAnswer.write(channel.out(), reply, bodiless, clock.instant(), out -> persistence(goesOn, out));
    }

    private void persistence(boolean goesOn, ByteBuf out) {
        Persistence.write(goesOn, asksKeepAlive, goesOn && asksKeepAlive ? handler.idleSeconds() : 0, out);
    }

    @Override
    public void ended(Exchange exchange) {
        handler.exchangeEnded(exchange, keepAlive);
    }

    /** A response that ends with the connection is reset: see {@link ClientChannel#abort}. */
    @Override
    public void cutShort() {
        channel.abort(framing == Framing.UNTIL_CLOSE && !upgraded);
    }

    @Override
    public boolean writable() {
        return channel.writable();
    }

    @Override
    public void flush() {
        channel.out().flush();
    }

    @Override
    public long written() {
        return channel.out().written();
    }

    @Override
    public boolean progresses() {
        return channel.progresses();
    }

    @Override
    public void deadline(long at) {
        handler.deadline(at);
    }

    @Override
    public void resume() {
        handler.resume();
    }
}
