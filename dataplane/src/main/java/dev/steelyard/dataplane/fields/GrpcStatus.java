package dev.steelyard.dataplane.fields;

import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.RequestHead;
import java.nio.charset.StandardCharsets;

/** What gRPC clients are told by responses of our own: a status of gRPC under HTTP status 200 (gRPC over HTTP/2, "Responses"). */
public final class GrpcStatus {

    private static final byte[] TYPE = "application/grpc".getBytes(StandardCharsets.US_ASCII);

    private GrpcStatus() {}

    /** Whether a request is a gRPC call. */
    public static boolean isCall(RequestHead head) {
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == KnownField.CONTENT_TYPE) {
                return ofGrpc(head, i);
            }
        }
        return false;
    }

    /** {@code application/grpc}, with or without a format or parameters; not {@code application/grpc-web}. */
    private static boolean ofGrpc(RequestHead head, int index) {
        int from = head.valueStart(index);
        int length = head.valueEnd(index) - from;
        byte[] octets = head.octets();
        for (int i = 0; i < TYPE.length; i++) {
            if (i >= length || octets[from + i] != TYPE[i]) {
                return false;
            }
        }
        return length == TYPE.length || octets[from + TYPE.length] == '+' || octets[from + TYPE.length] == ';';
    }

    /**
     * The status of gRPC for one of HTTP, as gRPC maps them ("HTTP to gRPC Status Code Mapping"), but for 504, which is the deadline of a
     * route: DEADLINE_EXCEEDED.
     */
    static int of(int httpStatus) {
        return switch (httpStatus) {
            case 400, 431 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 408, 504 -> 4;
            case 429, 502, 503 -> 14;
            default -> 2;
        };
    }
}
