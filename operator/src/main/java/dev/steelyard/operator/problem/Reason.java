package dev.steelyard.operator.problem;

/** Why an object, or something that it refers to, is not as it should be; the {@code reason} of conditions. */
public enum Reason {
    /** A field's value makes no sense, or not together with another's. */
    INVALID("Invalid"),
    /** Part of the API that this release cannot honour. */
    NOT_SUPPORTED("NotSupported"),
    /** Somebody else has the address, port and host. */
    CONFLICT("Conflict"),
    /** The administrator does not let tenants do this. */
    NOT_ALLOWED("NotAllowed"),
    /** A name that no object of the namespace has. */
    REF_NOT_FOUND("RefNotFound"),
    /** The object that is referred to exists but cannot be used in this place. */
    INVALID_REF("InvalidRef"),
    /** A Secret does not hold a certificate with its key. */
    INVALID_CERTIFICATE("InvalidCertificate"),
    /** A certificate has expired, or is not valid yet. */
    CERTIFICATE_EXPIRED("CertificateExpired"),
    /** A certificate expires within 14 days. */
    CERTIFICATE_EXPIRES_SOON("CertificateExpiresSoon"),
    /** An OCSP response is not usable, or valid no more, so none is stapled. */
    NOT_STAPLED("NotStapled"),
    /** What is asked for protects less than it seems to. */
    NOT_SECURE("NotSecure"),
    /** A fault of this program. */
    INTERNAL("Internal"),
    /** The object is fine, but something in it has no effect. */
    NO_EFFECT("NoEffect");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** As in the condition. */
    public String text() {
        return text;
    }
}
