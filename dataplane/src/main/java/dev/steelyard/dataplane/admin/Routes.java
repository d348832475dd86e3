package dev.steelyard.dataplane.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.dataplane.admin.stats.Assets;
import dev.steelyard.dataplane.admin.stats.Assets.Asset;
import dev.steelyard.dataplane.admin.stats.Stats;
import dev.steelyard.dataplane.admin.view.Served;
import dev.steelyard.dataplane.admin.view.Served.Readiness;
import dev.steelyard.dataplane.admin.view.Served.View;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.pool.AdminState;
import dev.steelyard.snapshot.ObjectKey;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Which request gets which answer. */
final class Routes {

    private static final String OPENMETRICS = "application/openmetrics-text";
    private static final Set<String> CSV_PATHS = Set.of("/", "/stats", "/haproxy", "/haproxy?stats");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Served served;
    private final Meters meters;
    private final Access access;
    private final ApiViews views;
    private final Stats stats;

    Routes(Served served, Meters meters, Access access, Stats stats) {
        this.served = served;
        this.meters = meters;
        this.access = access;
        this.views = new ApiViews(meters);
        this.stats = stats;
    }

    /** Answers a request; does not keep it. */
    CompletionStage<Reply> answer(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return now(Reply.error(HttpResponseStatus.BAD_REQUEST, "the request is malformed")
                    .with(HttpHeaderNames.CONNECTION, "close"));
        }
        String path = new QueryStringDecoder(request.uri()).rawPath();
        return switch (path) {
            case "/healthz" -> open(request, Reply.text(HttpResponseStatus.OK, "ok"));
            case "/readyz" -> open(request, readiness());
            case "/metrics" -> read(request, () -> now(metrics(request)));
            case "/", "/stats" -> read(request, () -> stats.page().thenApply(Reply::page));
            case "/api/v1/stats" -> read(request, () -> stats.json().thenApply(Reply::json));
            case "/api/v1/virtualservices" ->
                read(request, () -> view(state -> Reply.json(views.virtualServices(state))));
            case "/api/v1/pools" -> read(request, () -> view(state -> Reply.json(views.pools(state))));
            case "/api/v1/addresses" -> read(request, () -> view(state -> Reply.json(views.addresses(state))));
            case "/api/v1/config" -> read(request, () -> view(state -> Reply.json(views.config(state))));
            default -> other(request, path);
        };
    }

    private CompletionStage<Reply> other(FullHttpRequest request, String path) {
        if (asksForCsv(request.uri())) {
            return read(request, () -> stats.csv().thenApply(csv -> Reply.file("text/plain; charset=utf-8", csv)));
        }
        Optional<Asset> asset = Assets.at(path);
        if (asset.isPresent()) {
            Asset found = asset.get();
            return read(request, () -> now(Reply.file(found.contentType(), found.text())));
        }
        return EndpointPath.parse(path)
                .map(endpoint -> mutate(request, endpoint))
                .orElseGet(() -> now(Reply.error(HttpResponseStatus.NOT_FOUND, "there is nothing at " + path)));
    }

    /** As HAProxy is asked: one of the usual paths, with options behind semicolons. */
    private static boolean asksForCsv(String uri) {
        String[] parts = uri.split(";", -1);
        return CSV_PATHS.contains(parts[0])
                && List.of(parts).subList(1, parts.length).contains("csv");
    }

    private Reply readiness() {
        Readiness readiness = served.readiness();
        return readiness.ready()
                ? Reply.text(HttpResponseStatus.OK, "ready")
                : Reply.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "not ready: " + readiness.reason());
    }

    private Reply metrics(FullHttpRequest request) {
        String accept = request.headers().get(HttpHeaderNames.ACCEPT, "");
        String type = accept.contains(OPENMETRICS)
                ? OPENMETRICS + "; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
        return new Reply(HttpResponseStatus.OK, type, meters.scrape(type), Map.of());
    }

    private CompletionStage<Reply> view(Function<View, Reply> show) {
        return served.view().thenApply(show);
    }

    private static CompletionStage<Reply> now(Reply reply) {
        return CompletableFuture.completedStage(reply);
    }

    private static CompletionStage<Reply> open(FullHttpRequest request, Reply reply) {
        return now(isRead(request) ? reply : notAllowed("GET, HEAD"));
    }

    private CompletionStage<Reply> read(FullHttpRequest request, Supplier<CompletionStage<Reply>> answer) {
        if (!isRead(request)) {
            return now(notAllowed("GET, HEAD"));
        }
        return access.refuseRead(request).map(Routes::now).orElseGet(answer);
    }

    private static boolean isRead(FullHttpRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private static Reply notAllowed(String allowed) {
        return Reply.error(HttpResponseStatus.METHOD_NOT_ALLOWED, "allowed here: " + allowed)
                .with(HttpHeaderNames.ALLOW, allowed);
    }

    private CompletionStage<Reply> mutate(FullHttpRequest request, EndpointPath endpoint) {
        if (!request.method().equals(HttpMethod.POST)) {
            return now(notAllowed("POST"));
        }
        Optional<Reply> refused = access.refuseMutation(request);
        if (refused.isPresent()) {
            return now(refused.get());
        }
        Optional<AdminState> wanted = wanted(request.content().toString(StandardCharsets.UTF_8));
        if (wanted.isEmpty()) {
            return now(Reply.error(
                    HttpResponseStatus.BAD_REQUEST, "send {\"state\": \"Ready\"}, or Drain or Down instead of Ready"));
        }
        AdminState state = wanted.get();
        return served.override(endpoint.pool(), endpoint.address(), state)
                .thenApply(found -> found
                        ? Reply.json(Map.of(
                                "pool", endpoint.pool().toString(),
                                "address", endpoint.address(),
                                "state", ApiViews.pascalCase(state)))
                        : Reply.error(
                                HttpResponseStatus.NOT_FOUND,
                                "pool " + endpoint.pool() + " has no endpoint " + endpoint.address()
                                        + " on this node"));
    }

    private static Optional<AdminState> wanted(String body) {
        try {
            JsonNode tree = JSON.readTree(body);
            String state = tree.path("state").asText();
            return tree.size() == 1
                    ? List.of(AdminState.values()).stream()
                            .filter(value -> ApiViews.pascalCase(value).equals(state))
                            .findFirst()
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** {@code /api/v1/pools/NAMESPACE/NAME/endpoints/ADDRESS:PORT}. */
    private record EndpointPath(ObjectKey pool, String address) {

        private static final String PREFIX = "/api/v1/pools/";

        static Optional<EndpointPath> parse(String path) {
            if (!path.startsWith(PREFIX)) {
                return Optional.empty();
            }
            String[] parts = path.substring(PREFIX.length()).split("/", -1);
            if (parts.length != 4 || !parts[2].equals("endpoints")) {
                return Optional.empty();
            }
            for (int i = 0; i < parts.length; i++) {
                try {
                    parts[i] = QueryStringDecoder.decodeComponent(parts[i]);
                } catch (IllegalArgumentException e) {
                    return Optional.empty();
                }
                if (parts[i].isEmpty()) {
                    return Optional.empty();
                }
            }
            return Optional.of(new EndpointPath(new ObjectKey(parts[0], parts[1]), parts[3]));
        }
    }
}
