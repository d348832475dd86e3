package dev.steelyard.dataplane.edition;

import io.netty.handler.codec.quic.QuicSslContext;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLEngine;

/** The certificates of one HTTP/3 listener. Safe for all threads. */
public interface QuicPlan {

    /** What a connection begins with: it finds the certificate by the server name that its client asks for. */
    QuicSslContext context();

    /**
     * Looks at who a client has shown to be, once its handshake is done. A session that is resumed may have begun under another name, where
     * nobody was asked for a certificate, or where other authorities are believed.
     *
     * @param serverName that it asked for, lower case; empty if none
     * @throws CertificateException if it may not go on
     */
    void verify(String serverName, SSLEngine engine) throws CertificateException;
}
