package dev.steelyard.operator.certificate;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An OCSP response as it is (RFC 6960 section 4.2.1), nothing of it verified. */
final class OcspResponse {

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int INTEGER = 0x02;
    private static final int ENUMERATED = 0x0A;
    private static final int TIME = 0x18;
    private static final int FIRST = 0xA0;
    private static final List<String> STATUSES =
            List.of("successful", "malformedRequest", "internalError", "tryLater", "4", "sigRequired", "unauthorized");
    private static final DateTimeFormatter GENERALIZED = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT);

    private OcspResponse() {}

    /**
     * What it says of one certificate.
     *
     * @param from thisUpdate
     * @param until nextUpdate
     */
    record Single(BigInteger serial, Instant from, Optional<Instant> until) {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none, or an unsuccessful one; the message ends a sentence that begins with it
     */
    static List<Single> read(byte[] der) {
        try {
            ByteBuffer response = content(ByteBuffer.wrap(der), SEQUENCE);
            int status = content(response, ENUMERATED).get();
            if (status != 0) {
                throw new IllegalArgumentException("is not successful, but "
                        + (status > 0 && status < STATUSES.size() ? STATUSES.get(status) : String.valueOf(status)));
            }
            ByteBuffer bytes = content(content(response, FIRST), SEQUENCE);
            skip(bytes);
            ByteBuffer data = content(content(content(bytes, OCTETS), SEQUENCE), SEQUENCE);
            if (tag(data) == FIRST) {
                skip(data);
            }
            skip(data);
            skip(data);
            ByteBuffer responses = content(data, SEQUENCE);
            List<Single> all = new ArrayList<>();
            while (responses.hasRemaining()) {
                all.add(single(content(responses, SEQUENCE)));
            }
            return all;
        } catch (BufferUnderflowException | IndexOutOfBoundsException | DateTimeException e) {
            throw new IllegalArgumentException("is no OCSP response in DER form", e);
        }
    }

    private static Single single(ByteBuffer single) {
        ByteBuffer id = content(single, SEQUENCE);
        skip(id);
        skip(id);
        skip(id);
        BigInteger serial = new BigInteger(octets(content(id, INTEGER)));
        skip(single);
        Instant from = time(single);
        boolean ends = single.hasRemaining() && tag(single) == FIRST;
        return new Single(serial, from, ends ? Optional.of(time(content(single, FIRST))) : Optional.empty());
    }

    private static Instant time(ByteBuffer der) {
        String text = new String(octets(content(der, TIME)), StandardCharsets.US_ASCII);
        return LocalDateTime.parse(text, GENERALIZED).toInstant(ZoneOffset.UTC);
    }

    private static int tag(ByteBuffer der) {
        return der.get(der.position()) & 0xff;
    }

    private static byte[] octets(ByteBuffer content) {
        byte[] octets = new byte[content.remaining()];
        content.get(octets);
        return octets;
    }

    private static void skip(ByteBuffer der) {
        content(der, tag(der));
    }

    /** The content of the next element, which is passed over. */
    private static ByteBuffer content(ByteBuffer der, int expected) {
        if ((der.get() & 0xff) != expected) {
            throw new IllegalArgumentException("is no OCSP response in DER form");
        }
        int length = der.get() & 0xff;
        if (length > 0x83) {
            throw new IllegalArgumentException("is no OCSP response in DER form");
        }
        if (length >= 0x80) {
            int bytes = length - 0x80;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (der.get() & 0xff);
            }
        }
        ByteBuffer content = der.slice(der.position(), length);
        der.position(der.position() + length);
        return content;
    }
}
