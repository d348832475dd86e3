package dev.steelyard.dataplane.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Why a TLS handshake failed, in words that hold nothing of the traffic and do not change from one time to the next. */
public final class HandshakeFailure {

    private static final int MAX_LENGTH = 200;
    private static final int MAX_DEPTH = 12;

    private HandshakeFailure() {}

    /** The reason, of whatever failed. */
    public static String reason(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_DEPTH; i++, cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException _ -> {
                    return "the certificate has expired";
                }
                case CertificateNotYetValidException _ -> {
                    return "the certificate is not valid yet";
                }
                case CertPathBuilderException _ -> {
                    return "the certificate is not signed by a trusted authority";
                }
                case CertificateException named
                when isAboutNames(named) -> {
                    return "the certificate is for another name: " + shortened(String.valueOf(named.getMessage()));
                }
                default -> {}
            }
        }
        if (failure instanceof ClosedChannelException) {
            return "the connection was closed during the TLS handshake";
        }
        if (failure instanceof SslHandshakeTimeoutException) {
            return "the TLS handshake took too long";
        }
        if (failure instanceof NotSslRecordException) {
            return "no TLS is spoken there";
        }
        String message = failure.getMessage();
        if (failure instanceof SSLException && message != null) {
            if (message.contains("WRONG_VERSION_NUMBER") || message.contains("HTTP_REQUEST")) {
                return "no TLS is spoken there";
            }
            return "the TLS handshake failed: " + shortened(message);
        }
        return "the TLS handshake failed";
    }

    private static boolean isAboutNames(CertificateException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("No subject alternative") || message.startsWith("No name matching");
    }

    /** BoringSSL's {@code error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER} down to what it says. */
    private static String shortened(String message) {
        int last = message.startsWith("error:") ? message.lastIndexOf(':') + 1 : 0;
        String text = message.substring(last).lines().findFirst().orElse("");
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
    }
}
