package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RouteTarget;
import dev.steelyard.dataplane.fastcgi.Application;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.upstream.ForwardingFields;
import dev.steelyard.dataplane.upstream.UpstreamFailure;
import dev.steelyard.dataplane.upstream.UpstreamListener;
import dev.steelyard.dataplane.upstream.UpstreamStream;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Retry;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. Holds the plan it began with, chooses endpoints, and passes bodies both ways: neither side is read faster
 * than the other takes.
 */
public final class Exchange implements UpstreamListener {

    private final ClientSide client;
    private final EngineLoop loop;
    private final RequestHead head;
    private final ListenerPlan.Http plan;
    private final Books books;
    private final Patience patience;
    private final Account account;
    private final Answer answer;

    /** As received: what filters add is no part of it. */
    private final int headBytes;

    /** Whether what the request says of its client is believed. */
    private final boolean trusted;

    private @Nullable Attempts attempts;
    private @Nullable MirroredRequest mirrored;
    private @Nullable UpstreamStream upstream;
    private RequestLimits limits = RequestLimits.NONE;
    private ResponseFlag lastFailure = ResponseFlag.NO_ENDPOINT;
    private boolean sent;
    private boolean noSourcePort;
    private boolean requestDone;
    private boolean interimPassed;
    private boolean clientDone;
    private boolean endpointDone;
    private boolean ended;
    private long connecting;

    /**
     * @param head valid until the exchange has ended
     * @param plan what the request is served by, to its end
     */
    public Exchange(ClientSide client, EngineLoop loop, RequestHead head, ListenerPlan.Http plan) {
        this.client = client;
        this.loop = loop;
        this.head = head;
        this.plan = plan;
        this.requestDone = head.framing() == Framing.NONE;
        this.books = loop.takeBooks();
        this.patience = books.patience().begin();
        this.account = books.account().open(plan, client.written());
        this.answer = books.answer().begin(client, head, plan);
        this.headBytes = head.length();
        this.trusted = plan.trustedProxies().contains(client.origin().address().getAddress());
        account.received(headBytes);
    }

    /** Routes the request and sends it, or answers it. */
    public void start() {
        ClientOrigin origin = client.origin();
        RoutedRequest request = loop.routed().begin(head, origin.address().getAddress(), plan.trustedProxies());
        switch (Routing.of(head, request, plan, origin.serverName())) {
            case Routing.To to -> serve(to.target(), request);
            case Routing.Flagged flagged -> {
                answer.by(Filtering.of(flagged.filters(), head, request));
                refuse(flagged.flag());
            }
            case Routing.Ambiguous ambiguous -> {
                answer.by(Filtering.of(ambiguous.filters(), head, request));
                account.flag(ResponseFlag.BAD_REQUEST);
                answer(400, "the path can be read in two ways");
            }
        }
    }

    /** What the route does before it asks a pool. */
    private void serve(RouteTarget target, RoutedRequest request) {
        account.routed(target);
        Filtering filters = answer.by(Filtering.of(target.filters(), head, request));
        limits = target.limits();
        Oversize over = Oversize.of(head, limits);
        if (over != null) {
            account.flag(ResponseFlag.BAD_REQUEST);
            answer(over.status(), over.reason());
            return;
        }
        switch (filters.before(target, request, head, client.origin(), plan.tls() != null)) {
            case Filtering.Outcome.Passed _ -> forward(target);
            case Filtering.Outcome.Answered answered -> answer(answered.reply());
            case Filtering.Outcome.Refused refused -> refuse(refused.flag());
            case Filtering.Outcome.Malformed malformed -> {
                account.flag(ResponseFlag.BAD_REQUEST);
                answer(malformed.why().status(), malformed.why().reason());
            }
        }
    }

    private void forward(RouteTarget target) {
        RouteTarget.Choice choice = target.choose(loop.random());
        account.routed(target, choice);
        Application application = choice.pool().state().application();
        if (application != null && application.script(head.target().path()) == null) {
            refuse(ResponseFlag.NO_SCRIPT);
            return;
        }
        patience.timeouts(
                target.timeouts(),
                target.retry().perTry().map(Duration::toNanos).orElse(0L));
        if (requestDone) {
            patience.requestDone();
        }
        client.deadline(patience.ends());
        mirrored = MirroredRequest.begin(loop, target, head, client.origin(), forwarding(), trusted);
        attempts = books.attempts().begin(choice.pool(), target.retry(), head, this, client.origin());
        send(attempts, true);
    }

    /** Sends the request to the next endpoint; if none is left, says so. */
    private void send(Attempts to, boolean reuse) {
        UpstreamStream next = to.next(reuse, requestDone);
        upstream = next;
        Endpoint asked = to.endpoint();
        if (next != null && asked != null) {
            account.asks(asked);
        }
        if (next == null) {
            noteSourcePorts();
            refuse(lastFailure);
        } else if (next.reused()) {
            sendHead(next);
        } else {
            connecting = loop.deadlines().now();
            next.open();
        }
    }

    @Override
    public void connected(UpstreamStream stream) {
        account.connected(loop.deadlines().now() - connecting);
        sendHead(stream);
        client.resume();
    }

    private void sendHead(UpstreamStream stream) {
        stream.send(this, head, forwarding(), trusted);
        sent = true;
        if (attempts != null) {
            attempts.sendAgain(stream, requestDone);
        }
    }

    private ForwardingFields forwarding() {
        return client.origin().forwarding(plan.tls() != null, client.protocol(), plan.trustedProxies());
    }

    /** Whether a piece of the request's body, or of what follows an upgrade, can be taken now. */
    public boolean takesBody() {
        return sent && upstream != null && upstream.writable();
    }

    /** Takes a piece of the request's body, and its ownership. */
    public void requestData(ByteBuf piece) {
        UpstreamStream to = upstream;
        if (attempts != null) {
            attempts.sends(piece);
        }
        if (mirrored != null) {
            mirrored.requestData(piece);
        }
        patience.activity();
        account.received(piece.readableBytes());
        if (to == null) {
            piece.release();
            return;
        }
        // After an upgrade the request is done, and what comes is no body.
        if (!requestDone && account.received() - headBytes > limits.bodyBytes()) {
            piece.release();
            requestRefused(Oversize.BODY.status(), Oversize.BODY.reason());
            return;
        }
        to.data(piece);
        if (!to.writable()) {
            to.flush();
        }
    }

    /** The request's body has ended. */
    public void requestComplete(@Nullable Trailers trailers) {
        requestDone = true;
        patience.requestDone();
        if (patience.boundsTries() && !ended) {
            client.deadline(patience.ends());
        }
        if (mirrored != null) {
            mirrored.requestComplete();
        }
        if (attempts != null) {
            attempts.sendsEnd(trailers == null);
        }
        if (upstream != null) {
            upstream.end(trailers);
        }
    }

    /** The request's body is malformed: nobody can know where the next request begins. */
    public void requestMalformed(MalformedMessage malformed) {
        requestRefused(malformed.status(), malformed.reason());
    }

    private void requestRefused(int status, String reason) {
        account.flag(ResponseFlag.BAD_REQUEST);
        leaveUpstream();
        if (answer.begun()) {
            cutShort();
        } else {
            answer(status, reason);
        }
    }

    /** For now no more of the request is coming: the moment to flush. */
    public void flushRequest() {
        if (sent && upstream != null) {
            upstream.flush();
        }
        if (mirrored != null) {
            mirrored.flush();
        }
    }

    @Override
    public void interim(ResponseHead interim) {
        patience.activity();
        interimPassed = true;
        client.interim(interim);
    }

    @Override
    public void head(ResponseHead response) {
        if (Retries.isGatewayError(response.status()) && again(Retry.On.GATEWAY_ERROR)) {
            return;
        }
        responseBegins();
        ReplacedResponse replaced = answer.replacing(response);
        if (replaced == null) {
            answer.relay(response, requestDone);
        } else if (replaced.worthReading()) {
            // Its connection then serves on.
            client.deadline(Math.min(patience.ends(), loop.deadlines().now() + ReplacedResponse.READ_NANOS));
        } else {
            leaveUpstream();
            answerInstead();
        }
    }

    private void answerInstead() {
        answer.instead(requestDone);
        end();
    }

    @Override
    public void data(ByteBuf piece) {
        patience.activity();
        ReplacedResponse replaced = answer.replaced();
        if (replaced != null) {
            if (!replaced.read(piece)) {
                leaveUpstream();
                answerInstead();
            }
            return;
        }
        client.data(piece);
        heedClient();
    }

    @Override
    public void data(ByteBuf from, int length) {
        if (answer.replaced() == null) {
            patience.activity();
            client.data(from, length);
            heedClient();
        } else {
            data(from.readRetainedSlice(length));
        }
    }

    /** Reads no faster than the client does. */
    private void heedClient() {
        if (!client.writable()) {
            client.flush();
            if (!client.writable() && upstream != null) {
                upstream.reading(false);
            }
        }
    }

    @Override
    public void complete(@Nullable Trailers trailers) {
        if (answer.replaced() == null) {
            client.end(trailers);
        }
        UpstreamStream done = upstream;
        upstream = null;
        if (done != null) {
            if (requestDone) {
                done.release();
            } else {
                done.close();
            }
        }
        if (answer.replaced() == null) {
            end();
        } else {
            answerInstead();
        }
    }

    /** The response's head is here: from now on nothing is sent again. */
    private void responseBegins() {
        patience.answered();
        if (attempts != null) {
            attempts.answered();
        }
    }

    @Override
    public void upgraded(ResponseHead response) {
        String asked = head.value(head.upgradeField());
        if (!asked.equalsIgnoreCase(response.value(response.upgradeField()))) {
            // RFC 9110 section 7.8: only to what was asked for; what we refused to ask for would pass all rules by.
            fail(ResponseFlag.UPSTREAM_PROTOCOL_ERROR);
            return;
        }
        responseBegins();
        client.deadline(patience.ends());
        answer.upgrade(response);
    }

    @Override
    public void inputEnded() {
        endpointDone = true;
        client.endOutput();
        endTunnelIfDone();
    }

    /** After an upgrade, the client has sent all that it will. */
    public void clientInputEnded() {
        if (clientDone) {
            return;
        }
        clientDone = true;
        if (upstream != null) {
            upstream.endOutput();
        }
        endTunnelIfDone();
    }

    private void endTunnelIfDone() {
        if (clientDone && endpointDone) {
            UpstreamStream done = upstream;
            upstream = null;
            if (done != null) {
                done.closeWhenSent();
            }
            end();
        }
    }

    @Override
    public void complained(String line) {
        account.complained(line);
    }

    @Override
    public void failed(UpstreamFailure failure) {
        upstream = null;
        sent = false;
        noSourcePort |= failure == UpstreamFailure.NO_SOURCE_PORT;
        Attempts to = attempts;
        Retry.On named = Retries.of(failure);
        lastFailure = failure == UpstreamFailure.NO_SOURCE_PORT ? ResponseFlag.CONNECT_FAILED : failure.flag();
        account.failedThere(failure);
        if (failure == UpstreamFailure.TLS) {
            account.handshakeFailed();
        }
        if (failure == UpstreamFailure.STALE && to != null && to.replaceable() && !answer.begun()) {
            to.leave();
            patience.attempt();
            send(to, false);
            client.resume();
        } else if (named == null || !again(named)) {
            noteSourcePorts();
            fail(lastFailure);
        }
    }

    /** Beside the failure to connect: this node had no port left for one of the tries. */
    private void noteSourcePorts() {
        if (noSourcePort) {
            noSourcePort = false;
            account.flag(ResponseFlag.NO_SOURCE_PORT);
        }
    }

    /** Sends the request again after a failure, at once or after a while, if it may be; and notes why if not. */
    private boolean again(Retry.On failure) {
        Attempts to = attempts;
        if (to == null || answer.begun() || answer.replaced() != null || interimPassed) {
            return false;
        }
        long wait = to.failed(failure);
        ResponseFlag refusal = to.refusal();
        if (refusal != null) {
            account.flag(refusal);
        }
        if (wait == Retries.NEVER) {
            return false;
        }
        leaveUpstream();
        sent = false;
        if (wait == 0) {
            sendAgain();
        } else {
            patience.activity();
            to.after(wait, this::sendAgain);
        }
        return true;
    }

    private void sendAgain() {
        if (attempts != null && !ended) {
            patience.attempt();
            client.deadline(patience.ends());
            send(attempts, true);
            client.resume();
        }
    }

    /** Answers with the flag's status if the response has not begun, or else cuts it short. */
    private void fail(ResponseFlag flag) {
        leaveUpstream();
        if (answer.replaced() != null) {
            answerInstead();
        } else if (answer.begun()) {
            account.flag(flag);
            cutShort();
        } else {
            refuse(flag);
        }
    }

    private void refuse(ResponseFlag flag) {
        account.flag(flag);
        answer(flag.status(), flag.reason());
    }

    private void answer(int answered, String reason) {
        answer(LocalReply.sentence(answered, reason));
    }

    private void answer(LocalReply reply) {
        answer.own(reply, requestDone);
        end();
    }

    private void cutShort() {
        noteEnd();
        report();
        client.cutShort();
    }

    private void end() {
        noteEnd();
        client.ended(this);
    }

    private void noteEnd() {
        ended = true;
        if (mirrored != null && !requestDone) {
            mirrored.abandon();
        }
        if (attempts != null) {
            attempts.over();
        }
        account.ended(head, client.origin(), client.protocol(), client.written());
    }

    /** Counts and logs the exchange, once the last of its response has left. */
    public void report() {
        account.report();
    }

    /** The same, by whoever was the last to hold it: nothing may be asked of the exchange any more. */
    public void reportAtLast() {
        account.report();
        loop.giveBooks(books);
    }

    @Override
    public void readComplete() {
        client.flush();
    }

    @Override
    public void writabilityChanged() {
        client.resume();
    }

    /** The client has taken what it was sent. */
    public void clientWritable() {
        if (upstream != null && sent) {
            patience.activity();
            upstream.reading(true);
        }
    }

    /** The client is there no more: its connection has ended, or it has cancelled the request. */
    public void clientGone() {
        leaveUpstream();
        if (!ended) {
            account.abandoned();
            noteEnd();
            report();
        }
    }

    /** The time set by {@link ClientSide#deadline} has come. */
    public void deadlinePassed() {
        if (ended) {
            return;
        }
        if (client.progresses()) {
            // A slow reader is not idle.
            patience.activity();
        }
        if (answer.replaced() != null) {
            leaveUpstream();
            answerInstead();
            return;
        }
        ResponseFlag late = patience.late(!answer.begun() && !requestDone && takesBody());
        if (late == null) {
            client.deadline(patience.ends());
            return;
        }
        lastFailure = late;
        if (late != ResponseFlag.CLIENT_TIMEOUT) {
            account.tooLate();
        }
        if (late != ResponseFlag.PER_TRY_TIMEOUT || !again(Retry.On.TIMEOUT)) {
            fail(late);
        }
    }

    private void leaveUpstream() {
        UpstreamStream left = upstream;
        upstream = null;
        if (left != null) {
            left.close();
        }
        if (attempts != null) {
            attempts.leave();
        }
    }
}
