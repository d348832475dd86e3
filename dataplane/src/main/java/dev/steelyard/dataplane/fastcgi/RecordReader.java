package dev.steelyard.dataplane.fastcgi;

import dev.steelyard.dataplane.http1.head.MalformedMessage;
import io.netty.buffer.ByteBuf;

/**
 * Reads the records of one response, in one pass and in pieces of any size: content goes by as it arrives, nothing but headers is kept.
 * Records of other requests, of types that a program does not send, or after the end of their stream are refused. Reusable.
 */
public final class RecordReader {

    /** {@link #protocolStatus}: the request has been served. */
    public static final int REQUEST_COMPLETE = 0;

    /** The program serves one request at a time on a connection. */
    public static final int CANT_MPX_CONN = 1;

    /** The program has no resources left for the request. */
    public static final int OVERLOADED = 2;

    private long header;
    private int headerOctets;
    private int type;
    private int contentLeft;
    private int paddingLeft;
    private long endBody;
    private boolean inRecord;
    private boolean outputEnded;
    private boolean errorsEnded;
    private boolean ended;

    /** Begins a response. */
    public void begin() {
        header = 0;
        headerOctets = 0;
        contentLeft = 0;
        paddingLeft = 0;
        endBody = 0;
        inRecord = false;
        outputEnded = false;
        errorsEnded = false;
        ended = false;
    }

    /**
     * Reads what {@code in} holds of the response, and leaves what follows its end. Does not release {@code in}.
     *
     * @throws MalformedMessage if it is refused, by this or by the sink
     */
    public void read(ByteBuf in, RecordSink sink) throws MalformedMessage {
        while (!ended && in.isReadable()) {
            if (!inRecord) {
                header = header << 8 | in.readUnsignedByte();
                if (++headerOctets == Records.HEADER) {
                    headerRead();
                }
            } else if (contentLeft > 0) {
                content(in, sink);
            } else {
                int skipped = Math.min(paddingLeft, in.readableBytes());
                in.skipBytes(skipped);
                paddingLeft -= skipped;
            }
            if (inRecord && contentLeft == 0 && paddingLeft == 0) {
                inRecord = false;
                headerOctets = 0;
                ended = type == Records.END_REQUEST;
            }
        }
    }

    private void headerRead() throws MalformedMessage {
        int version = octet(7);
        type = octet(6);
        int request = octet(5) << 8 | octet(4);
        contentLeft = octet(3) << 8 | octet(2);
        paddingLeft = octet(1);
        inRecord = true;
        if (version != Records.VERSION) {
            throw MalformedMessage.bad("the version of a record is not 1");
        }
        if (request == 0 && (type == Records.GET_VALUES_RESULT || type == Records.UNKNOWN_TYPE)) {
            return;
        }
        if (request != Records.REQUEST) {
            throw MalformedMessage.bad("a record is of another request");
        }
        switch (type) {
            case Records.STDOUT -> outputEnded = streamed(outputEnded);
            case Records.STDERR -> errorsEnded = streamed(errorsEnded);
            case Records.END_REQUEST -> {
                if (contentLeft != 8) {
                    throw MalformedMessage.bad("the record that ends a request has another length than 8");
                }
            }
            default -> throw MalformedMessage.bad("a record is of a type that programs do not send");
        }
    }

    /** Octet of the header, from its end. */
    private int octet(int fromEnd) {
        return (int) (header >>> (8 * fromEnd)) & 0xff;
    }

    private boolean streamed(boolean over) throws MalformedMessage {
        if (over && contentLeft > 0) {
            throw MalformedMessage.bad("there is a record after the end of its stream");
        }
        return over || contentLeft == 0;
    }

    private void content(ByteBuf in, RecordSink sink) throws MalformedMessage {
        int length = Math.min(contentLeft, in.readableBytes());
        switch (type) {
            case Records.STDOUT -> {
                contentLeft -= length;
                sink.output(in.readRetainedSlice(length));
            }
            case Records.STDERR -> {
                contentLeft -= length;
                sink.errors(in.readSlice(length));
            }
            case Records.END_REQUEST -> {
                contentLeft--;
                endBody = endBody << 8 | in.readUnsignedByte();
            }
            default -> {
                contentLeft -= length;
                in.skipBytes(length);
            }
        }
    }

    /** Whether the program has ended the request. */
    public boolean done() {
        return ended;
    }

    /** Once done: whether it has served the request, or why not. */
    public int protocolStatus() {
        return (int) (endBody >>> 24) & 0xff;
    }
}
