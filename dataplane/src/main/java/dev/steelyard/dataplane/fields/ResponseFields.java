package dev.steelyard.dataplane.fields;

import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Heads of responses as lists of fields (RFC 9113 section 8.3.2, RFC 9114 section 4.3.2). */
public final class ResponseFields {

    private static final int FIXED_BYTES = 64;
    private static final int ANSWER_BYTES = 512;
    private static final byte[] DATE = ascii("date");
    private static final byte[] CONTENT_TYPE = ascii("content-type");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] GRPC_STATUS = ascii("grpc-status");
    private static final byte[] GRPC_MESSAGE = ascii("grpc-message");
    private static final byte[] GRPC = ascii("application/grpc");

    private ResponseFields() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The most that {@link #relay} writes. */
    public static int relayBytes(ResponseHead head) {
        return HeadFields.bytes(head) + FIXED_BYTES;
    }

    /** An interim or final response as the endpoint gave it, {@link ResponseHead#dropWhatIsNotRelayed} done. */
    public static void relay(ResponseHead head, int status, FieldSink writer, ByteBuf out) {
        writer.begin(out);
        writer.status(status, out);
        HeadFields.write(head, writer, out);
    }

    /** The most that {@link #answer} and {@link #grpcAnswer} write. */
    public static int answerBytes(LocalReply reply) {
        int bytes = ANSWER_BYTES + reply.contentType().length() + reply.reason().length();
        for (LocalReply.Field more : reply.fields()) {
            bytes += more.name().length() + more.value().length() + 8;
        }
        return bytes;
    }

    /**
     * The head of a response of our own.
     *
     * @param date now, as the {@code Date} field has it
     */
    public static void answer(LocalReply reply, String date, FieldSink writer, ByteBuf out) {
        writer.begin(out);
        writer.status(reply.status(), out);
        field(writer, DATE, date, out);
        if (!reply.contentType().isEmpty()) {
            field(writer, CONTENT_TYPE, reply.contentType(), out);
        }
        fields(reply, writer, out);
        if (!reply.bodiless()) {
            field(writer, CONTENT_LENGTH, Integer.toString(reply.body().length), out);
        }
    }

    /** A response of our own to a gRPC call: nothing but a head. */
    public static void grpcAnswer(LocalReply reply, String date, FieldSink writer, ByteBuf out) {
        writer.begin(out);
        writer.status(200, out);
        field(writer, DATE, date, out);
        writer.field(CONTENT_TYPE, 0, CONTENT_TYPE.length, GRPC, 0, GRPC.length, out);
        fields(reply, writer, out);
        field(writer, GRPC_STATUS, Integer.toString(GrpcStatus.of(reply.status())), out);
        field(writer, GRPC_MESSAGE, reply.reason(), out);
    }

    private static void fields(LocalReply reply, FieldSink writer, ByteBuf out) {
        for (LocalReply.Field more : reply.fields()) {
            field(writer, ascii(more.name().toLowerCase(Locale.ROOT)), more.value(), out);
        }
    }

    private static void field(FieldSink writer, byte[] name, String value, ByteBuf out) {
        byte[] octets = value.getBytes(StandardCharsets.ISO_8859_1);
        writer.field(name, 0, name.length, octets, 0, octets.length, out);
    }
}
