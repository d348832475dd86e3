package dev.steelyard.dataplane.filter;

import dev.steelyard.snapshot.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a route answers instead of asking a pool. Immutable; for all threads. */
public sealed interface RouteAnswer {

    /** The answer to one request. */
    LocalReply reply(AskedUrl url);

    /** Always the same. */
    record Fixed(LocalReply always) implements RouteAnswer {
        @Override
        public LocalReply reply(AskedUrl url) {
            return always;
        }
    }

    /** A redirect; its Location is a whole URL, so that no client has to guess what a relative one is relative to. */
    record Redirection(Answer.Redirect redirect) implements RouteAnswer {

        @Override
        public LocalReply reply(AskedUrl url) {
            return LocalReply.empty(redirect.status(), List.of(new LocalReply.Field("Location", location(url))));
        }

        /** Where to. */
        public String location(AskedUrl url) {
            String scheme = redirect.scheme().orElse(url.scheme());
            int port = redirect.port().orElse(redirect.scheme().isPresent() ? 0 : url.port());
            boolean standard = port == 0 || port == (scheme.equals("https") ? 443 : 80);
            String path = redirect.path().orElse(url.query().isEmpty() ? url.path() : url.path() + "?" + url.query());
            return scheme + "://" + redirect.host().orElse(url.host()) + (standard ? "" : ":" + port) + path;
        }
    }

    /** Compiles one. */
    static RouteAnswer of(Answer answer) {
        return switch (answer) {
            case Answer.Redirect redirect -> new Redirection(redirect);
            case Answer.Fixed fixed ->
                new Fixed(new LocalReply(
                        fixed.status(),
                        fixed.body().isEmpty() ? "" : fixed.contentType(),
                        fixed.body().getBytes(StandardCharsets.UTF_8),
                        List.of()));
        };
    }
}
