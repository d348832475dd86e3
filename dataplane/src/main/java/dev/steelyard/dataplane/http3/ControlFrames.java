package dev.steelyard.dataplane.http3;

import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.dataplane.http3.frame.FrameReader;
import dev.steelyard.dataplane.http3.frame.FrameReader.Payload;
import dev.steelyard.dataplane.http3.frame.FrameType;
import dev.steelyard.dataplane.http3.frame.VarInt;
import dev.steelyard.dataplane.http3.frame.Violation;
import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.Set;

/** What a client's control stream says (RFC 9114 section 7.2): its settings, which change nothing here, and little else. */
final class ControlFrames implements FrameReader.Sink {

    private static final int MOST_SETTINGS_BYTES = 1_024;

    private final ClientSession session;
    private boolean settingsSeen;
    private long maxPush = -1;
    private long goneAway = Long.MAX_VALUE;

    ControlFrames(ClientSession session) {
        this.session = session;
    }

    @Override
    public Payload begins(long type, long length) throws Violation {
        if (!settingsSeen && type != FrameType.SETTINGS) {
            throw Violation.of(ErrorCode.MISSING_SETTINGS, "the first frame is not SETTINGS");
        }
        session.idle(1);
        if (type == FrameType.SETTINGS) {
            if (settingsSeen) {
                throw Violation.unexpected("a second SETTINGS frame");
            }
            if (length > MOST_SETTINGS_BYTES) {
                throw Violation.of(ErrorCode.EXCESSIVE_LOAD, "too many settings");
            }
            return Payload.WHOLE;
        }
        if (type == FrameType.GOAWAY || type == FrameType.MAX_PUSH_ID || type == FrameType.CANCEL_PUSH) {
            if (length < 1 || length > 8) {
                throw Violation.of(ErrorCode.FRAME_ERROR, "a frame has not the length of its number");
            }
            return Payload.WHOLE;
        }
        if (type == FrameType.DATA
                || type == FrameType.HEADERS
                || type == FrameType.PUSH_PROMISE
                || FrameType.onlyInHttp2(type)) {
            throw Violation.unexpected("a frame that no control stream may have");
        }
        return Payload.SKIPPED;
    }

    @Override
    public void whole(long type, ByteBuf content) throws Violation {
        if (type == FrameType.SETTINGS) {
            settings(content);
            return;
        }
        long number = integer(content);
        if (content.isReadable()) {
            throw Violation.of(ErrorCode.FRAME_ERROR, "a frame has not the length of its number");
        }
        if (type == FrameType.CANCEL_PUSH) {
            throw Violation.of(ErrorCode.ID_ERROR, "nothing is pushed");
        }
        if (type == FrameType.MAX_PUSH_ID) {
            if (number < maxPush) {
                throw Violation.of(ErrorCode.ID_ERROR, "a bound on pushes has become lower");
            }
            maxPush = number;
        } else {
            // The client opens no more streams, or does so on its own account.
            if (number > goneAway) {
                throw Violation.of(ErrorCode.ID_ERROR, "a second GOAWAY has a higher number");
            }
            goneAway = number;
        }
    }

    private void settings(ByteBuf content) throws Violation {
        settingsSeen = true;
        Set<Long> seen = new HashSet<>();
        while (content.isReadable()) {
            long id = integer(content);
            long value = integer(content);
            if (FrameType.settingOnlyInHttp2(id) || !seen.add(id)) {
                throw Violation.of(ErrorCode.SETTINGS_ERROR, "a setting is reserved or repeated");
            }
            if (id == FrameType.ENABLE_CONNECT_PROTOCOL && value > 1) {
                throw Violation.of(ErrorCode.SETTINGS_ERROR, "a setting is neither on nor off");
            }
        }
        session.settled();
    }

    private static long integer(ByteBuf content) throws Violation {
        VarInt integer = new VarInt();
        if (!integer.read(content)) {
            throw Violation.of(ErrorCode.FRAME_ERROR, "a frame ends within a number");
        }
        return integer.value();
    }

    @Override
    public void piece(ByteBuf piece) {
        throw new IllegalStateException("no frame of a control stream comes in pieces");
    }

    @Override
    public void ended(long type) {}
}
