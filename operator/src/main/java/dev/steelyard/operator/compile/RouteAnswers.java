package dev.steelyard.operator.compile;

import dev.steelyard.crds.v1alpha1.service.RedirectSpec;
import dev.steelyard.crds.v1alpha1.service.ResponseSpec;
import dev.steelyard.crds.v1alpha1.service.RouteSpec;
import dev.steelyard.snapshot.Answer;
import java.util.Optional;

/** What a route answers instead of asking a pool. */
final class RouteAnswers {

    private RouteAnswers() {}

    static Optional<Answer> of(RouteSpec route) {
        RedirectSpec redirect = route.redirect();
        if (redirect != null) {
            return Optional.of(new Answer.Redirect(
                    redirect.status(),
                    Optional.ofNullable(redirect.scheme()).map(scheme -> switch (scheme) {
                        case HTTP -> "http";
                        case HTTPS -> "https";
                    }),
                    Optional.ofNullable(redirect.host()),
                    Optional.ofNullable(redirect.port()),
                    Optional.ofNullable(redirect.path())));
        }
        ResponseSpec respond = route.respond();
        return respond == null
                ? Optional.empty()
                : Optional.of(new Answer.Fixed(respond.status(), respond.contentType(), respond.body()));
    }
}
