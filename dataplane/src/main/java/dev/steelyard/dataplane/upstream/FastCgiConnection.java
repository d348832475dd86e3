package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.fastcgi.Application;
import dev.steelyard.dataplane.fastcgi.CgiHead;
import dev.steelyard.dataplane.fastcgi.ErrorText;
import dev.steelyard.dataplane.fastcgi.RecordReader;
import dev.steelyard.dataplane.fastcgi.RecordSink;
import dev.steelyard.dataplane.fastcgi.Records;
import dev.steelyard.dataplane.fastcgi.Script;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One FastCGI connection to an endpoint: one request at a time, its parameters, its body as it comes and the response as it comes.
 *
 * <p>A program is told the length of the body before the body. Where it is not known, the body is kept until its end, up to a bound, and the
 * request written then; past the bound it fails. A client that waits for 100 before it sends its body gets it from here, as programs have no
 * way of asking.
 */
final class FastCgiConnection extends PooledConnection implements RecordSink {

    private static final AsciiString CONTINUE = AsciiString.cached("100");

    private final Application application;
    private final RecordReader records = new RecordReader();
    private final CgiHead cgi = new CgiHead();
    private final ErrorText errors = new ErrorText();
    private final ResponseHead head = new ResponseHead();
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(0);
    private @Nullable Unwritten unwritten;
    private int heldOctets;
    private long bodyLeft;

    /** A request whose head is written once the length of its body is known. */
    private record Unwritten(RequestHead request, ForwardingFields client, boolean trusted, Script script) {}

    FastCgiConnection(
            UpstreamConnections owner,
            Endpoint endpoint,
            LivePool.State state,
            Application application,
            UpstreamListener listener) {
        super(owner, endpoint, state, null, listener);
        this.application = application;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // one object for each configuration
    boolean usable(LivePool.State wanted, long now) {
        return super.usable(wanted, now) && application == wanted.application();
    }

    @Override
    public void send(UpstreamListener receiver, RequestHead request, ForwardingFields client, boolean trusted) {
        begin(receiver);
        records.begin();
        cgi.begin();
        errors.begin();
        head.begin(request.method().equals("HEAD"));
        Script script = application.script(request.target().path());
        if (script == null) {
            // Its pool has been configured anew since that was looked at.
            context().executor().execute(() -> fail(UpstreamFailure.MALFORMED));
            return;
        }
        Unwritten next = new Unwritten(request, client, trusted, script);
        switch (request.framing()) {
            case CHUNKED -> unwritten = next;
            case LENGTH -> write(next, request.contentLength());
            case NONE, UNTIL_CLOSE -> {
                write(next, -1);
                Records.inputEnd(out());
            }
        }
        if (request.expectContinue()) {
            askForBody(receiver);
        }
    }

    private void write(Unwritten next, long length) {
        FastCgiRequest.write(next.request(), next.client(), next.trusted(), application, next.script(), length, out());
    }

    private static void askForBody(UpstreamListener receiver) {
        ResponseHead interim = new ResponseHead().begin(false);
        try {
            interim.statusLine(CONTINUE);
            interim.end(false);
        } catch (MalformedMessage e) {
            throw new IllegalStateException(e);
        }
        receiver.interim(interim);
        receiver.readComplete();
    }

    @Override
    public void data(ByteBuf piece) {
        if (phase() == Phase.CLOSED) {
            piece.release();
        } else if (unwritten == null) {
            Records.input(out(), piece);
        } else {
            heldOctets += piece.readableBytes();
            held.add(piece);
            if (heldOctets > application.settings().bufferedBody()) {
                fail(UpstreamFailure.LENGTH_REQUIRED);
            }
        }
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        if (phase() == Phase.CLOSED) {
            return;
        }
        Unwritten next = unwritten;
        if (next != null) {
            unwritten = null;
            write(next, heldOctets);
            heldOctets = 0;
            while (!held.isEmpty()) {
                Records.input(out(), held.remove());
            }
        }
        Records.inputEnd(out());
    }

    @Override
    public void flush() {
        if (phase() != Phase.CLOSED) {
            super.flush();
        }
    }

    @Override
    public boolean writable() {
        return phase() == Phase.CLOSED || super.writable();
    }

    @Override
    public void endOutput() {
        // Only after an upgrade, which programs have none of.
    }

    @Override
    public void closeWhenSent() {
        close();
    }

    @Override
    void read(ByteBuf in) throws MalformedMessage {
        if (listener() == null) {
            close();
        } else if (unwritten != null || (phase() != Phase.HEAD && phase() != Phase.BODY)) {
            fail(UpstreamFailure.MALFORMED);
        } else {
            records.read(in, this);
            if (records.done()) {
                completed(in.isReadable());
            }
        }
    }

    @Override
    public void output(ByteBuf piece) throws MalformedMessage {
        try {
            if (phase() == Phase.HEAD && cgi.read(piece, head)) {
                headRead();
            }
            UpstreamListener receiver = listener();
            if (receiver != null && phase() == Phase.BODY) {
                body(piece, receiver);
            }
        } finally {
            piece.release();
        }
    }

    private void headRead() {
        UpstreamListener receiver = listener();
        phase(Phase.BODY);
        bodyLeft = switch (head.framing()) {
            case NONE -> 0;
            case LENGTH -> head.contentLength();
            case CHUNKED, UNTIL_CLOSE -> Long.MAX_VALUE;
        };
        if (receiver != null) {
            receiver.head(head);
        }
    }

    /** What is more than the head said, as with answers to HEAD, is thrown away: records keep responses apart. */
    private void body(ByteBuf piece, UpstreamListener receiver) {
        int length = (int) Math.min(bodyLeft, piece.readableBytes());
        if (length > 0) {
            if (bodyLeft != Long.MAX_VALUE) {
                bodyLeft -= length;
            }
            receiver.data(piece.readRetainedSlice(length));
        }
    }

    @Override
    public void errors(ByteBuf piece) {
        errors.add(piece);
    }

    private void completed(boolean moreRead) {
        UpstreamListener receiver = listener();
        if (receiver == null) {
            return;
        }
        int status = records.protocolStatus();
        if (status != RecordReader.REQUEST_COMPLETE) {
            boolean refused = status == RecordReader.OVERLOADED || status == RecordReader.CANT_MPX_CONN;
            fail(refused && !cgi.begun() ? UpstreamFailure.REFUSED : UpstreamFailure.MALFORMED);
        } else if (phase() == Phase.HEAD) {
            fail(UpstreamFailure.MALFORMED);
        } else if (bodyLeft > 0 && bodyLeft != Long.MAX_VALUE) {
            fail(UpstreamFailure.RESET);
        } else {
            reusable(application.settings().keepConnections(), Long.MAX_VALUE);
            ended(moreRead);
            tellErrors();
            receiver.complete(null);
        }
    }

    private void tellErrors() {
        UpstreamListener receiver = listener();
        if (receiver != null && !errors.isEmpty()) {
            receiver.complained(errors.line());
            errors.begin();
        }
    }

    /** The program sees its connection end, and with it that its response is not wanted: it has no other request on it. */
    @Override
    public void close() {
        tellErrors();
        unwritten = null;
        heldOctets = 0;
        while (!held.isEmpty()) {
            held.remove().release();
        }
        super.close();
    }
}
