package dev.steelyard.dataplane.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Who may do what: a bearer token (RFC 6750) for mutations and, if so configured, for reads. */
final class Access {

    private static final String SCHEME = "bearer ";

    private final byte[] token;
    private final boolean protectReads;

    Access(AdminOptions options) {
        this.token = options.token().getBytes(StandardCharsets.UTF_8);
        this.protectReads = options.protectReads();
    }

    /** Refuses a read that has to bring the token and does not. */
    Optional<Reply> refuseRead(HttpRequest request) {
        return protectReads && !hasToken(request) ? Optional.of(unauthorized()) : Optional.empty();
    }

    /** Refuses a mutation that does not bring the token. */
    Optional<Reply> refuseMutation(HttpRequest request) {
        if (token.length == 0) {
            return Optional.of(Reply.error(
                    HttpResponseStatus.FORBIDDEN,
                    "changes are switched off: start the dataplane with a token for the admin port, and send it as"
                            + " \"Authorization: Bearer TOKEN\""));
        }
        return hasToken(request) ? Optional.empty() : Optional.of(unauthorized());
    }

    private static Reply unauthorized() {
        return Reply.error(
                        HttpResponseStatus.UNAUTHORIZED,
                        "send the admin port's token as \"Authorization: Bearer TOKEN\"")
                .with(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }

    /** Takes as long for a wrong token as for the right one. */
    private boolean hasToken(HttpRequest request) {
        List<String> values = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (values.size() != 1 || !values.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] given = values.getFirst().substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(token, given);
    }
}
