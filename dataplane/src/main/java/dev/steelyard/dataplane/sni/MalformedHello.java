package dev.steelyard.dataplane.sni;

/** What a connection begins with is no ClientHello. Carries no stack trace: anybody may cause it a million times. */
public final class MalformedHello extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedHello(String reason) {
        super(reason, null, false, false);
    }
}
