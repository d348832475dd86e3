package dev.steelyard.dataplane.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who a client that was asked for a certificate has shown to be, as endpoints are told it in header fields.
 *
 * @param fields by name, in order; printable ASCII
 */
public record ClientIdentity(Map<String, String> fields) {

    private static final HexFormat HEX = HexFormat.of();
    private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();

    /** A larger certificate is not passed on: many servers take heads of 8 KiB at most. */
    private static final int MAX_CERTIFICATE_BYTES = 3_072;

    private static final int MAX_NAME_BYTES = 1_024;

    public ClientIdentity {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** Of the other side of {@code engine}, whose handshake is done; null if it was not asked. On the connection's event loop. */
    public static @Nullable ClientIdentity of(SSLEngine engine) {
        if (!engine.getNeedClientAuth() && !engine.getWantClientAuth()) {
            return null;
        }
        try {
            Certificate[] chain = engine.getSession().getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate leaf) {
                return of(leaf);
            }
        } catch (SSLPeerUnverifiedException e) {
            // It has shown none, and need not.
        }
        return new ClientIdentity(Map.of("X-SSL-Client-Verify", "NONE"));
    }

    static ClientIdentity of(X509Certificate leaf) {
        try {
            byte[] der = leaf.getEncoded();
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("X-SSL-Client-Verify", "SUCCESS");
            fields.put("X-SSL-Client-Subject", name(leaf.getSubjectX500Principal()));
            fields.put("X-SSL-Client-Issuer", name(leaf.getIssuerX500Principal()));
            fields.put("X-SSL-Client-Serial", UPPER_HEX.formatHex(unsigned(leaf)));
            fields.put(
                    "X-SSL-Client-Fingerprint",
                    HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(der)));
            if (der.length <= MAX_CERTIFICATE_BYTES) {
                fields.put("Client-Cert", ":" + Base64.getEncoder().encodeToString(der) + ":");
            }
            return new ClientIdentity(fields);
        } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a verified certificate cannot be written", e);
        }
    }

    private static byte[] unsigned(X509Certificate leaf) {
        byte[] serial = leaf.getSerialNumber().toByteArray();
        return serial.length > 1 && serial[0] == 0 ? Arrays.copyOfRange(serial, 1, serial.length) : serial;
    }

    /** RFC 4514, with what is not printable ASCII as pairs of hexadecimal digits (section 2.4). */
    private static String name(X500Principal principal) {
        StringBuilder text = new StringBuilder();
        for (byte octet : principal.getName(X500Principal.RFC2253).getBytes(StandardCharsets.UTF_8)) {
            if (text.length() >= MAX_NAME_BYTES) {
                break;
            }
            if (octet >= ' ' && octet < 0x7f) {
                text.append((char) octet);
            } else {
                text.append('\\').append(UPPER_HEX.toHexDigits(octet));
            }
        }
        return text.toString();
    }
}
