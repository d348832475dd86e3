package dev.steelyard.dataplane.http3;

import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.dataplane.http3.frame.FrameReader;
import dev.steelyard.dataplane.http3.frame.FrameType;
import dev.steelyard.dataplane.http3.frame.VarInt;
import dev.steelyard.dataplane.http3.frame.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamResetException;
import org.jspecify.annotations.Nullable;

/** A stream on which the client alone sends (RFC 9114 section 6.2): its control stream, those of QPACK, or one of no meaning. */
final class PeerStream extends ChannelInboundHandlerAdapter {

    /** With no table there is one thing to say: that it has no room (RFC 9204 section 4.3.1). */
    private static final int NO_CAPACITY = 0x20;

    private static final int CANCELLATION = 0x40;
    private static final int UNKNOWN_COST = 32;

    private final ClientSession session;
    private final QuicStreamChannel stream;
    private final VarInt type = new VarInt();
    private @Nullable FrameReader control;
    private Kind kind = Kind.NONE_YET;
    private boolean inInteger;

    private enum Kind {
        NONE_YET,
        CONTROL,
        ENCODER,
        DECODER,
        UNKNOWN;

        boolean critical() {
            return this == CONTROL || this == ENCODER || this == DECODER;
        }
    }

    PeerStream(ClientSession session, QuicStreamChannel stream) {
        this.session = session;
        this.stream = stream;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        QuicStreamFrame frame = (QuicStreamFrame) message;
        try {
            read(frame.content());
            if (frame.hasFin()) {
                ended();
            }
        } catch (Violation e) {
            session.fail(e);
        } finally {
            frame.release();
        }
    }

    private void read(ByteBuf in) throws Violation {
        if (kind == Kind.NONE_YET && type.read(in)) {
            kind = begin(type.value());
        }
        if (!in.isReadable()) {
            return;
        }
        switch (kind) {
            case CONTROL -> {
                if (control != null) {
                    control.read(in);
                }
            }
            case ENCODER -> encoder(in);
            case DECODER -> decoder(in);
            case NONE_YET, UNKNOWN -> {}
        }
    }

    private Kind begin(long number) throws Violation {
        if (number == FrameType.CONTROL_STREAM) {
            session.claim(FrameType.CONTROL_STREAM);
            control = new FrameReader(new ControlFrames(session), stream.alloc());
            return Kind.CONTROL;
        }
        if (number == FrameType.ENCODER_STREAM) {
            session.claim(FrameType.ENCODER_STREAM);
            return Kind.ENCODER;
        }
        if (number == FrameType.DECODER_STREAM) {
            session.claim(FrameType.DECODER_STREAM);
            return Kind.DECODER;
        }
        if (number == FrameType.PUSH_STREAM) {
            throw Violation.of(ErrorCode.STREAM_CREATION_ERROR, "a client cannot push");
        }
        session.idle(UNKNOWN_COST);
        var _ = stream.shutdownInput(ErrorCode.STREAM_CREATION_ERROR.number());
        return Kind.UNKNOWN;
    }

    private void encoder(ByteBuf in) throws Violation {
        session.idle(in.readableBytes());
        while (in.isReadable()) {
            if (in.readByte() != NO_CAPACITY) {
                throw Violation.of(ErrorCode.QPACK_ENCODER_STREAM_ERROR, "there is no table to change");
            }
        }
    }

    /** Streams may be cancelled (RFC 9204 section 4.4.2); there is nothing to acknowledge. */
    private void decoder(ByteBuf in) throws Violation {
        session.idle(in.readableBytes());
        while (in.isReadable()) {
            int octet = in.readUnsignedByte();
            if (inInteger) {
                inInteger = (octet & 0x80) != 0;
            } else if ((octet & 0xc0) == CANCELLATION) {
                inInteger = (octet & 0x3f) == 0x3f;
            } else {
                throw Violation.of(ErrorCode.QPACK_DECODER_STREAM_ERROR, "there is no table to acknowledge");
            }
        }
    }

    private void ended() throws Violation {
        if (kind.critical()) {
            throw Violation.of(ErrorCode.CLOSED_CRITICAL_STREAM, "a stream has ended that may not");
        }
        var _ = stream.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof QuicStreamResetException && kind.critical()) {
            session.fail(Violation.of(ErrorCode.CLOSED_CRITICAL_STREAM, "a stream was reset that may not be"));
        } else {
            var _ = stream.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (control != null) {
            control.stop();
        }
    }
}
