package dev.steelyard.dataplane.proxyprotocol;

/** What a connection begins with is no PROXY protocol header. Carries no stack trace: anybody may cause it a million times. */
public final class MalformedProxyHeader extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedProxyHeader(String reason) {
        super(reason, null, false, false);
    }
}
