package dev.steelyard.dataplane.http1.head;

import static dev.steelyard.dataplane.http1.head.KnownField.Role.CERTIFICATE;
import static dev.steelyard.dataplane.http1.head.KnownField.Role.FORWARDING;
import static dev.steelyard.dataplane.http1.head.KnownField.Role.HOP_BY_HOP;
import static dev.steelyard.dataplane.http1.head.KnownField.Role.MESSAGE;
import static dev.steelyard.dataplane.http1.head.KnownField.Role.OPEN;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The fields that a proxy treats specially, recognised while a head is parsed. */
public enum KnownField {
    CONNECTION(HOP_BY_HOP),
    KEEP_ALIVE(HOP_BY_HOP),
    PROXY_CONNECTION(HOP_BY_HOP),
    TE(HOP_BY_HOP),
    TRANSFER_ENCODING(HOP_BY_HOP),
    UPGRADE(HOP_BY_HOP),
    HTTP2_SETTINGS(HOP_BY_HOP),

    FORWARDED(FORWARDING),
    X_FORWARDED_FOR(FORWARDING),
    X_FORWARDED_PROTO(FORWARDING),
    X_FORWARDED_HOST(FORWARDING),
    X_FORWARDED_PORT(FORWARDING),
    X_REAL_IP(FORWARDING),
    /** Any other {@code X-Forwarded-…}, and spellings with underscores, which CGI and WSGI cannot tell from hyphens. */
    FORWARDING_VARIANT(FORWARDING),

    CLIENT_CERT(CERTIFICATE),
    CLIENT_CERT_CHAIN(CERTIFICATE),
    /** Any {@code X-SSL-Client-…}, and spellings of these with underscores. */
    CERTIFICATE_VARIANT(CERTIFICATE),

    HOST(MESSAGE),
    CONTENT_LENGTH(MESSAGE),
    CONTENT_TYPE(MESSAGE),
    CONTENT_ENCODING(MESSAGE),
    CONTENT_RANGE(MESSAGE),
    TRAILER(MESSAGE),
    EXPECT(MESSAGE),
    AUTHORIZATION(MESSAGE),
    PROXY_AUTHORIZATION(MESSAGE),
    PROXY_AUTHENTICATE(MESSAGE),
    WWW_AUTHENTICATE(MESSAGE),
    COOKIE(MESSAGE),
    SET_COOKIE(MESSAGE),
    CACHE_CONTROL(MESSAGE),
    PRAGMA(MESSAGE),
    RANGE(MESSAGE),
    IF_MATCH(MESSAGE),
    IF_NONE_MATCH(MESSAGE),
    IF_MODIFIED_SINCE(MESSAGE),
    IF_UNMODIFIED_SINCE(MESSAGE),
    IF_RANGE(MESSAGE),
    MAX_FORWARDS(MESSAGE),
    ORIGIN(MESSAGE),
    VIA(MESSAGE),
    AGE(MESSAGE),
    DATE(MESSAGE),
    EXPIRES(MESSAGE),
    LOCATION(MESSAGE),
    RETRY_AFTER(MESSAGE),
    VARY(MESSAGE),

    OTHER(OPEN);

    private static final KnownField[][] BY_LENGTH = byLength();
    private static final byte[] CERTIFICATE_PREFIX = Octets.ascii("x-ssl-client-");
    private static final byte[] FORWARDING_PREFIX = Octets.ascii("x-forwarded-");

    private final Role role;

    @SuppressWarnings("ImmutableEnumChecker") // never changed, never handed out
    private final byte[] lowerCase;

    KnownField(Role role) {
        this.role = role;
        this.lowerCase = Octets.ascii(name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** What a field is for, as far as a proxy cares. */
    enum Role {
        /** About one connection alone: never forwarded (RFC 9110 section 7.6.1). */
        HOP_BY_HOP,
        /** Tells of the client: believed only from trusted proxies. */
        FORWARDING,
        /** Tells of the client's certificate: never believed (RFC 9440 section 4). */
        CERTIFICATE,
        /** Frames, routes, controls or describes the message: no {@code Connection} option removes it, no trailer carries it. */
        MESSAGE,
        /** Everything else. */
        OPEN
    }

    /** About one connection alone: never forwarded, and no part of versions without such fields. */
    public boolean hopByHop() {
        return role == HOP_BY_HOP;
    }

    /** Tells of the client, and so is believed only from trusted proxies. */
    public boolean forwarding() {
        return role == FORWARDING;
    }

    /** Tells of the client's certificate, and so is believed from nobody: whatever comes is removed. */
    public boolean certificate() {
        return role == CERTIFICATE;
    }

    /** Whether a trailer may carry it (RFC 9110 section 6.5.1), and a {@code Connection} option may remove it. */
    boolean open() {
        return role == OPEN;
    }

    /** The field of that name, in any case. */
    static KnownField of(byte[] octets, int from, int to) {
        int length = to - from;
        if (length < BY_LENGTH.length) {
            for (KnownField candidate : BY_LENGTH[length]) {
                if (Octets.equal(octets, from, to, candidate.lowerCase)) {
                    return candidate;
                }
            }
        }
        return switch (octets[from]) {
            case 'x', 'X' -> variant(octets, from, to);
            case 'c', 'C' ->
                isSpelt(octets, from, to, CLIENT_CERT) || isSpelt(octets, from, to, CLIENT_CERT_CHAIN)
                        ? CERTIFICATE_VARIANT
                        : OTHER;
            default -> OTHER;
        };
    }

    private static boolean isSpelt(byte[] octets, int from, int to, KnownField field) {
        return to - from == field.lowerCase.length && hyphenated(octets, from, to, field.lowerCase);
    }

    private static KnownField variant(byte[] octets, int from, int to) {
        if (hyphenated(octets, from, to, CERTIFICATE_PREFIX)) {
            return CERTIFICATE_VARIANT;
        }
        boolean prefixed = hyphenated(octets, from, to, FORWARDING_PREFIX);
        boolean realIp = to - from == X_REAL_IP.lowerCase.length && hyphenated(octets, from, to, X_REAL_IP.lowerCase);
        return prefixed || realIp ? FORWARDING_VARIANT : OTHER;
    }

    /** Whether the name begins with {@code prefix}, taking underscores for hyphens. */
    private static boolean hyphenated(byte[] octets, int from, int to, byte[] prefix) {
        if (to - from < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            byte octet = octets[from + i];
            if ((octet == '_' ? '-' : Octets.lower(octet)) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static KnownField[][] byLength() {
        List<List<KnownField>> table = new ArrayList<>();
        for (KnownField field : values()) {
            if (field == OTHER || field == FORWARDING_VARIANT || field == CERTIFICATE_VARIANT) {
                continue;
            }
            while (table.size() <= field.lowerCase.length) {
                table.add(new ArrayList<>());
            }
            table.get(field.lowerCase.length).add(field);
        }
        return table.stream().map(list -> list.toArray(KnownField[]::new)).toArray(KnownField[][]::new);
    }
}
