package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.edition.AlternativeService;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the client of one exchange is answered: the response of an endpoint, one of our own, or one of our own instead of an endpoint's; changed
 * as the route asks.
 */
final class Answer {

    private static final String ALT_SVC = "alt-svc";

    private final Account account;
    private @Nullable ClientSide client;
    private @Nullable RequestHead head;
    private ListenerPlan.@Nullable Http plan;
    private Filtering filters = Filtering.NONE;
    private @Nullable ReplacedResponse replaced;
    private boolean begun;

    /** @param account of the same exchange */
    Answer(Account account) {
        this.account = account;
    }

    /** A request begins; {@link #close} ends it. */
    Answer begin(ClientSide to, RequestHead request, ListenerPlan.Http listener) {
        client = to;
        head = request;
        plan = listener;
        begun = false;
        return this;
    }

    /** It is over, and another request may begin. */
    void close() {
        client = null;
        head = null;
        plan = null;
        filters = Filtering.NONE;
        replaced = null;
    }

    private ClientSide client() {
        return Objects.requireNonNull(client);
    }

    /** What its route does to it. */
    Filtering by(Filtering ofRoute) {
        filters = ofRoute;
        return ofRoute;
    }

    /** Whether the response of an endpoint has begun to reach the client: it can no more be answered otherwise. */
    boolean begun() {
        return begun;
    }

    /** Begins with the response of an endpoint. */
    void relay(ResponseHead response, boolean requestDone) {
        begun = true;
        announce(response);
        filters.response(response, account.flags());
        client().head(response, requestDone);
        account.answered(response.status(), client().written());
    }

    /** The same with one that changes protocol. */
    void upgrade(ResponseHead response) {
        begun = true;
        filters.response(response, account.flags());
        account.answered(response.status(), client().written());
        client().upgraded(response);
    }

    /** Begins with the response of an endpoint if the client gets one of our own instead, by {@link #instead}; null if it does not. */
    @Nullable
    ReplacedResponse replacing(ResponseHead response) {
        replaced = filters.instead(response);
        if (replaced != null) {
            account.answered(response.status(), client().written());
        }
        return replaced;
    }

    /** That response of an endpoint, while it is read; null if there is none. */
    @Nullable
    ReplacedResponse replaced() {
        return replaced;
    }

    /** Gives the client what it gets instead. */
    void instead(boolean requestDone) {
        LocalReply reply = Objects.requireNonNull(replaced).instead();
        replaced = null;
        own(reply, requestDone);
    }

    /** One of our own, whole. */
    void own(LocalReply reply, boolean requestDone) {
        int body = client().answer(filters.response(announced(reply), account.flags()), requestDone);
        account.answeredOurselves(reply.status(), body, client().written());
    }

    /** Says where HTTP/3 is spoken. What endpoints say of that is of themselves, not of this listener; policies have the last word. */
    private void announce(ResponseHead response) {
        String value = alternative();
        if (!value.isEmpty()) {
            response.remove(ALT_SVC);
            response.addToComplete("Alt-Svc", value);
        }
    }

    private LocalReply announced(LocalReply reply) {
        String value = alternative();
        return value.isEmpty() ? reply : reply.with(new LocalReply.Field("Alt-Svc", value));
    }

    /** Empty if there is nothing to say. */
    private String alternative() {
        AlternativeService service = Objects.requireNonNull(plan).alternative();
        return service == null
                ? ""
                : service.valueFor(Objects.requireNonNull(head).host());
    }
}
