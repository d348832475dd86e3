package dev.steelyard.dataplane.http2.session;

import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.frame.FieldBlock;
import dev.steelyard.dataplane.http2.frame.FrameSink;
import dev.steelyard.dataplane.http2.frame.FrameType;
import dev.steelyard.dataplane.http2.frame.FrameWriter;
import dev.steelyard.dataplane.http2.frame.Violation;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What the peer's frames mean: to which stream they belong, whether they may come now, and what they do to the connection's window. */
final class Incoming implements FrameSink {

    /** With more than this not passed on yet, the connection's window opens only as fast as content is passed on. */
    private static final int HELD = 4 * 1024 * 1024;

    private final Session session;
    private final FieldBlock fields;
    private final FloodGuard floods;
    private @Nullable Stream dataStream;
    private boolean dataEnds;
    private boolean settingsSeen;
    private int receiveWindow = Session.CONNECTION_WINDOW;
    private int held;

    Incoming(Session session, FieldBlock fields, FloodGuard floods) {
        this.session = session;
        this.fields = fields;
        this.floods = floods;
    }

    @Override
    public void dataFrame(int id, int length, boolean endStream) throws Violation {
        beforeFrame();
        receiveWindow -= length;
        if (receiveWindow < 0) {
            throw Violation.of(ErrorCode.FLOW_CONTROL_ERROR, "more was sent than the connection's window allows");
        }
        held += length;
        dataEnds = endStream;
        Stream stream = session.stream(id);
        dataStream = stream;
        if (stream == null) {
            if (session.idle(id)) {
                throw Violation.protocol("DATA on an idle stream");
            }
            held -= length;
            floods.idleFrame(2, session.deadlines().now());
            if (!session.wasReset(id)) {
                session.refuse(id, ErrorCode.STREAM_CLOSED);
            }
        } else if (stream.remoteEnded()) {
            held -= length;
            session.violated(stream, ErrorCode.STREAM_CLOSED);
        } else if (!stream.admit(length)) {
            session.violated(stream, ErrorCode.FLOW_CONTROL_ERROR);
        }
        grant();
    }

    @Override
    public void data(int id, ByteBuf piece, boolean last) throws Violation {
        Stream stream = dataStream;
        if (stream == null || stream.isClosed()) {
            piece.release();
            return;
        }
        if (piece.isReadable()) {
            floods.useful(piece.readableBytes());
            stream.dataReceived(piece);
        } else {
            piece.release();
            if (!dataEnds) {
                floods.idleFrame(8, session.deadlines().now());
            }
        }
        if (last && dataEnds && !stream.isClosed()) {
            stream.receivedEnd();
        }
    }

    @Override
    public void padding(int id, int length) {
        if (dataStream != null) {
            dataStream.taken(length);
        }
    }

    @Override
    public void headers(int id, ByteBuf block, boolean endStream) throws Violation {
        beforeFrame();
        fields.read(id, block);
        Stream stream = session.stream(id);
        if (stream == null) {
            session.headersReceived(id, fields, endStream);
        } else if (stream.remoteEnded()) {
            session.violated(stream, ErrorCode.STREAM_CLOSED);
        } else {
            stream.headersReceived(fields, endStream);
            if (endStream && !stream.isClosed()) {
                stream.receivedEnd();
            }
        }
    }

    @Override
    public void priority(int id) throws Violation {
        beforeFrame();
        floods.idleFrame(1, session.deadlines().now());
    }

    @Override
    public void reset(int id, long code) throws Violation {
        beforeFrame();
        Stream stream = session.stream(id);
        if (stream == null) {
            if (session.idle(id)) {
                throw Violation.protocol("RST_STREAM on an idle stream");
            }
            floods.idleFrame(1, session.deadlines().now());
            return;
        }
        stream.abort(AbruptEnd.RESET, code);
        floods.prematureReset(session.deadlines().now());
    }

    @Override
    public void setting(int id, long value) throws Violation {
        floods.idleFrame(1, session.deadlines().now());
        switch (id) {
            case FrameType.SETTINGS_INITIAL_WINDOW_SIZE -> {
                if (value > Integer.MAX_VALUE) {
                    throw Violation.of(ErrorCode.FLOW_CONTROL_ERROR, "a window is too large");
                }
                session.peerInitialWindow((int) value);
            }
            case FrameType.SETTINGS_MAX_FRAME_SIZE -> {
                if (value < FrameType.MAX_PAYLOAD || value > 0xff_ffff) {
                    throw Violation.protocol("the largest frame is out of range");
                }
            }
            case FrameType.SETTINGS_ENABLE_PUSH, FrameType.SETTINGS_ENABLE_CONNECT_PROTOCOL -> {
                if (value > 1) {
                    throw Violation.protocol("a setting is neither on nor off");
                }
                session.settingReceived(id, value);
            }
            default -> session.settingReceived(id, value);
        }
    }

    @Override
    public void settingsEnd() throws Violation {
        boolean first = !settingsSeen;
        settingsSeen = true;
        floods.idleFrame(4, session.deadlines().now());
        FrameWriter.settingsAck(session.out().room(FrameWriter.CONTROL_BYTES));
        session.flushLater();
        if (first) {
            session.ready();
        }
    }

    @Override
    public void settingsAck() throws Violation {
        beforeFrame();
        floods.idleFrame(1, session.deadlines().now());
    }

    @Override
    public void ping(long payload, boolean ack) throws Violation {
        beforeFrame();
        floods.idleFrame(2, session.deadlines().now());
        if (ack) {
            session.pinged(payload);
        } else {
            FrameWriter.ping(session.out().room(FrameWriter.CONTROL_BYTES), payload, true);
            session.flushLater();
        }
    }

    @Override
    public void goAway(int lastStream, long code) throws Violation {
        beforeFrame();
        floods.idleFrame(1, session.deadlines().now());
        session.goAwayReceived(lastStream, code);
    }

    @Override
    public void windowUpdate(int id, int increment) throws Violation {
        beforeFrame();
        floods.idleFrame(1, session.deadlines().now());
        if (id == 0) {
            session.openSendWindow(increment);
            return;
        }
        Stream stream = session.stream(id);
        if (stream != null) {
            stream.openSendWindow(increment);
        } else if (session.idle(id)) {
            throw Violation.protocol("WINDOW_UPDATE on an idle stream");
        }
    }

    @Override
    public void unknownFrame() throws Violation {
        beforeFrame();
        floods.idleFrame(1, session.deadlines().now());
    }

    @Override
    public void streamViolation(int id, ErrorCode code) throws Violation {
        beforeFrame();
        Stream stream = session.stream(id);
        if (stream != null) {
            session.violated(stream, code);
            return;
        }
        floods.prematureReset(session.deadlines().now());
        FrameWriter.reset(session.out().room(FrameWriter.CONTROL_BYTES), id, code);
        session.flushLater();
    }

    /** RFC 9113 section 3.4: the first frame is SETTINGS. */
    private void beforeFrame() throws Violation {
        if (!settingsSeen) {
            throw Violation.protocol("the first frame is not SETTINGS");
        }
    }

    /** So many octets have been passed on, or thrown away. */
    void taken(int octets) {
        held -= octets;
        grant();
    }

    private void grant() {
        int credit = Session.CONNECTION_WINDOW - receiveWindow;
        if (credit >= Session.CONNECTION_WINDOW / 2 && held < HELD && !session.isClosing()) {
            receiveWindow += credit;
            session.writeWindowUpdate(0, credit);
        }
    }
}
