package dev.steelyard.operator.checkhealth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steelyard.operator.checkhealth.AdminPort.Answer;
import dev.steelyard.operator.checkhealth.AdminPort.SilentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Judges what a node serves. */
public final class NodeCheck {

    private final Question question;
    private final Verdict verdict = new Verdict();
    private int endpoints;
    private int endpointsDown;
    private int pools;
    private int poolsDown;

    /**
     * @param admin {@code HOST:PORT} of the admin port
     * @param token for it; empty: none
     * @param timeout for all that is asked
     * @param warning for the percentage of endpoints that are down
     * @param critical for the same
     * @param pool {@code NAMESPACE/NAME} of the only pool to look at
     * @param virtualService the only virtual service to look at, with its pools
     * @param readyOnly look at nothing but whether the node is ready
     */
    public record Question(
            String admin,
            String token,
            Duration timeout,
            Threshold warning,
            Threshold critical,
            Optional<String> pool,
            Optional<String> virtualService,
            boolean readyOnly) {}

    private NodeCheck(Question question) {
        this.question = question;
    }

    /** Asks and judges. */
    public static Verdict of(Question question) {
        NodeCheck check = new NodeCheck(question);
        long begin = System.nanoTime();
        try (AdminPort admin = new AdminPort(question.admin(), question.token(), question.timeout())) {
            check.ask(admin);
        } catch (SilentException e) {
            // By the guidelines: what keeps a service from answering is critical, unknown is what the plugin itself
            // cannot do.
            check.verdict.find(State.CRITICAL, e.reason());
        }
        check.verdict.figure(
                "time",
                String.format(Locale.ROOT, "%.3fs", (System.nanoTime() - begin) / 1e9),
                ";;0;" + question.timeout().toMillis() / 1000.0);
        return check.verdict;
    }

    private void ask(AdminPort admin) throws SilentException {
        Answer ready = admin.get("/readyz");
        if (ready.status() != 200) {
            verdict.find(State.CRITICAL, ready.body().strip());
        }
        if (question.readyOnly()) {
            verdict.summary("ready");
            return;
        }
        List<JsonNode> services = services(admin);
        pools(admin, services);
        JsonNode rejected = admin.json("/api/v1/config").path("rejected");
        rejected.forEach(one -> {
            String service = one.path("virtualService").asText();
            if (question.virtualService()
                    .map(service::equals)
                    .orElse(question.pool().isEmpty())) {
                verdict.find(
                        State.WARNING,
                        "the configuration of " + service + " is refused: "
                                + one.path("reason").asText());
            }
        });
        summarize(services.size());
    }

    private List<JsonNode> services(AdminPort admin) throws SilentException {
        List<JsonNode> looked = new ArrayList<>();
        if (question.pool().isPresent()) {
            return looked;
        }
        for (JsonNode service : admin.json("/api/v1/virtualservices").path("virtualServices")) {
            String name = service.path("virtualService").asText();
            if (question.virtualService().map(name::equals).orElse(true)) {
                looked.add(service);
                judgeListeners(name, service.path("listeners"));
            }
        }
        if (looked.isEmpty() && question.virtualService().isPresent()) {
            verdict.find(
                    State.CRITICAL,
                    "virtual service " + question.virtualService().get() + " is not served on this node");
        }
        return looked;
    }

    private void judgeListeners(String service, JsonNode listeners) {
        for (JsonNode listener : listeners) {
            if (!listener.path("bound").asBoolean()) {
                verdict.find(
                        State.CRITICAL,
                        service + ": listener " + listener.path("name").asText() + " is not bound: "
                                + listener.path("problem").asText());
            }
        }
    }

    private void pools(AdminPort admin, List<JsonNode> services) throws SilentException {
        Set<String> wanted = new HashSet<>();
        question.pool().ifPresent(wanted::add);
        if (question.virtualService().isPresent()) {
            services.forEach(service -> {
                service.path("listeners")
                        .forEach(listener -> wanted.add(listener.path("pool").asText()));
                service.path("routes")
                        .forEach(route -> route.path("pools")
                                .forEach(share -> wanted.add(share.path("pool").asText())));
            });
        }
        boolean all = question.pool().isEmpty() && question.virtualService().isEmpty();
        for (JsonNode pool : admin.json("/api/v1/pools").path("pools")) {
            if (all || wanted.contains(pool.path("pool").asText())) {
                judge(pool);
            }
        }
        if (question.pool().isPresent() && pools == 0) {
            verdict.find(State.CRITICAL, "pool " + question.pool().get() + " is not served on this node");
        }
        judgeShare();
    }

    private void judge(JsonNode pool) {
        pools++;
        for (JsonNode endpoint : pool.path("endpoints")) {
            String state = endpoint.path("state").asText();
            if (!Set.of("Terminating", "Draining").contains(state)) {
                endpoints++;
                if (Set.of("Down", "NotReady").contains(state)
                        || endpoint.path("admin").asText().equals("Down")) {
                    endpointsDown++;
                }
            }
        }
        // Members that give no endpoint: names that do not resolve, addresses that are refused.
        endpoints += pool.path("problems").size();
        endpointsDown += pool.path("problems").size();
        if (pool.path("eligible").asInt() == 0) {
            poolsDown++;
            verdict.find(State.CRITICAL, "pool " + pool.path("pool").asText() + " has no endpoint that takes work");
        }
    }

    private void judgeShare() {
        double percent = percentDown();
        String text = endpointsDown + " of " + endpoints + " endpoints are down";
        if (question.critical().alertsOn(percent)) {
            verdict.find(State.CRITICAL, text);
        } else if (question.warning().alertsOn(percent)) {
            verdict.find(State.WARNING, text);
        }
    }

    private double percentDown() {
        return endpoints == 0 ? 0 : 100.0 * endpointsDown / endpoints;
    }

    private void summarize(int services) {
        String of = question.pool()
                .map(name -> "pool " + name)
                .or(() -> question.virtualService().map(name -> "virtual service " + name))
                .orElse(count(services, "virtual service"));
        verdict.summary(of + ", " + (endpoints - endpointsDown) + " of " + count(endpoints, "endpoint") + " up");
        verdict.figure(
                "endpoints_down",
                String.format(Locale.ROOT, "%.1f%%", percentDown()),
                question.warning() + ";" + question.critical() + ";0;100");
        verdict.figure("endpoints", Integer.toString(endpoints), ";;0");
        verdict.figure("pools_down", Integer.toString(poolsDown), ";0;0;" + pools);
        if (question.pool().isEmpty()) {
            verdict.figure("virtual_services", Integer.toString(services), ";;0");
        }
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
