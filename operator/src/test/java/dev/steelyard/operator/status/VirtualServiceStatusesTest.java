package dev.steelyard.operator.status;

import static dev.steelyard.operator.status.Scene.cut;
import static dev.steelyard.operator.status.Scene.report;
import static dev.steelyard.operator.status.Scene.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.ListenerFailure;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.Rejected;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.Totals;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus.FailingNode;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus.Nodes;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualServiceStatusesTest {

    private static String shop(int generation, int port) {
        return """
                kind: Pool
                metadata: {name: web, namespace: default, generation: 1}
                spec: {members: [{address: 192.0.2.80, port: 80}, {address: 192.0.2.81, port: 80}]}
                ---
                kind: VirtualService
                metadata: {name: shop, namespace: default, generation: %d}
                spec: {listeners: [{name: web, port: %d, protocol: HTTP}], pool: web}
                """.formatted(generation, port);
    }

    private final Scene scene = Scene.of(Optional.empty(), shop(2, 80));
    private final Optional<Standing> published = scene.published("shop", 10, 5);

    @Test
    void allNodesServeIt() {
        VirtualServiceStatus status = scene.node("n1", 10).node("n2", 12).virtualService("shop", published);
        assertThat(text(status.conditions(), "Accepted")).isEqualTo("TRUE/Accepted: the spec is valid");
        assertThat(text(status.conditions(), "ResolvedRefs")).startsWith("TRUE/");
        assertThat(text(status.conditions(), "Programmed")).isEqualTo("TRUE/Programmed: 2/2 nodes serve generation 2");
        assertThat(text(status.conditions(), "Available")).startsWith("TRUE/");
        assertThat(status.programmedGeneration()).isEqualTo(2);
        assertThat(status.summary())
                .isEqualTo(new VirtualServiceStatus.Summary("192.0.2.1,192.0.2.2", "80", "2/2", "2/2"));
        assertThat(status.listeners())
                .singleElement()
                .satisfies(listener -> assertThat(listener.boundNodes()).isEqualTo(2));
    }

    @Test
    void whatCouldNotBeCompiledStaysAsItIsPublished() {
        scene.node("n1", 10).fault("shop");
        assertThat(text(scene.virtualService("shop", published).conditions(), "Accepted"))
                .isEqualTo("FALSE/Internal: spec: a fault. An earlier spec stays in force.");
        assertThat(text(scene.virtualService("shop", Optional.empty()).conditions(), "Accepted"))
                .isEqualTo("FALSE/Internal: spec: a fault. Nothing is in force.");
    }

    @Test
    void aNodeThatLagsIsNamed() {
        VirtualServiceStatus status = scene.node("n1", 10).node("n2", 9).virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed"))
                .isEqualTo("FALSE/Pending: 1/2 nodes serve generation 2; waiting for n2");
        assertThat(text(status.conditions(), "Available")).startsWith("TRUE/");
        assertThat(status.programmedGeneration()).isNull();
    }

    @Test
    void aNodeThatRefusesTheSnapshotIsFailing() {
        VirtualServiceStatus status = scene.node("n1", 10)
                .node(
                        "n2",
                        true,
                        report(
                                10,
                                List.of(new Rejected("default/shop", "digest", "no such cipher", "")),
                                List.of(),
                                List.of()))
                .virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed"))
                .isEqualTo("FALSE/NodesFailing: 1/2 nodes serve generation 2; n2: no such cipher");
        assertThat(status.nodes()).isEqualTo(new Nodes(2, 1, 0, List.of(new FailingNode("n2", "no such cipher"))));
    }

    @Test
    void aRefusalOfAnOlderSnapshotDoesNotCount() {
        VirtualServiceStatus status = scene.node(
                        "n1",
                        true,
                        report(10, List.of(new Rejected("default/shop", "old", "bad", null)), List.of(), List.of()))
                .virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed")).startsWith("TRUE/");
    }

    @Test
    void aListenerThatIsNotBoundIsFailingAndCountedOut() {
        VirtualServiceStatus status = scene.node("n1", 10)
                .node(
                        "n2",
                        true,
                        report(10, List.of(), List.of(new ListenerFailure("default/shop", "web", "in use")), List.of()))
                .virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed"))
                .isEqualTo("FALSE/NodesFailing: 1/2 nodes serve generation 2; n2: listener web: in use");
        assertThat(status.listeners()).singleElement().satisfies(listener -> {
            assertThat(listener.boundNodes()).isEqualTo(1);
            assertThat(text(listener.conditions(), "Bound")).isEqualTo("FALSE/BindFailed: n2: in use");
        });
    }

    @Test
    void whereHttp3AloneIsMissingTheListenerIsBoundAllTheSame() {
        String before = shop(1, 443);
        // Without the Secret there is no snapshot of generation 2: that of generation 1 has a listener of that name.
        String secure = shop(2, 443)
                .replace("protocol: HTTP", "protocol: HTTPS, tls: {certificates: [{secretName: shop}], http3: true}");
        Optional<Standing> standing = Scene.of(Optional.empty(), before).published("shop", 10, 5);
        VirtualServiceStatus status = Scene.of(Optional.empty(), secure)
                .node("n1", 10)
                .node(
                        "n2",
                        true,
                        report(
                                10,
                                List.of(),
                                List.of(new ListenerFailure("default/shop", "web", "in use", true)),
                                List.of()))
                .virtualService("shop", standing);
        assertThat(status.listeners()).singleElement().satisfies(listener -> {
            assertThat(listener.boundNodes()).isEqualTo(2);
            assertThat(text(listener.conditions(), "Bound")).isEqualTo("TRUE/Bound: bound on all nodes that serve it");
            assertThat(text(listener.conditions(), "Http3Bound")).isEqualTo("FALSE/BindFailed: n2: in use");
        });
    }

    @Test
    void anUnreachableNodeIsNotDesired() {
        VirtualServiceStatus status = scene.node("n1", 10)
                .node("n2", false, report(3, List.of(), List.of(), List.of()))
                .virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed"))
                .isEqualTo("TRUE/Programmed: 1/1 nodes serve generation 2; unreachable: n2");
        assertThat(status.nodes()).isEqualTo(new Nodes(1, 1, 1, List.of()));
    }

    @Test
    void withoutNodesNothingIsServed() {
        VirtualServiceStatus status = scene.virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed")).startsWith("FALSE/NoNodes");
        assertThat(text(status.conditions(), "Available")).startsWith("FALSE/NoNodes");
    }

    @Test
    void aNodeThatHasNotHeardOfItYetServesNothing() {
        VirtualServiceStatus status = scene.node("n1", 4).virtualService("shop", published);
        assertThat(text(status.conditions(), "Available")).startsWith("FALSE/NotProgrammed");
    }

    @Test
    void whatWasNeverPublishedSaysWhy() {
        VirtualServiceStatus status = scene.node("n1", 10)
                .virtualService("shop", Optional.of(new Standing(Optional.empty(), Optional.of("exceeded quota"))));
        assertThat(text(status.conditions(), "Programmed")).isEqualTo("FALSE/PublishFailed: exceeded quota");
        assertThat(text(status.conditions(), "Available")).startsWith("FALSE/NotProgrammed");
        assertThat(status.programmedGeneration()).isNull();
    }

    @Test
    void whatCouldNotBePublishedIsNotProgrammedWhileTheOldServes() {
        Scene edited = Scene.of(Optional.of(scene), shop(3, 81)).node("n1", 10);
        VirtualServiceStatus status = edited.virtualService(
                "shop", Optional.of(new Standing(published.flatMap(Standing::named), Optional.of("exceeded quota"))));
        assertThat(text(status.conditions(), "Programmed")).isEqualTo("FALSE/PublishFailed: exceeded quota");
        assertThat(text(status.conditions(), "Available")).startsWith("TRUE/");
        assertThat(status.programmedGeneration()).isEqualTo(2);
        assertThat(status.nodes()).isEqualTo(new Nodes(1, 0, 0, List.of()));
        assertThat(status.summary())
                .extracting(VirtualServiceStatus.Summary::nodes)
                .isEqualTo("0/1");
    }

    @Test
    void whatCannotBeReadBackHasNoGeneration() {
        VirtualServiceStatus status = scene.node("n1", 10)
                .virtualService(
                        "shop",
                        Optional.of(new Standing(
                                Optional.of(new Standing.Named(Optional.empty(), "digest", 10, 5, true)),
                                Optional.empty())));
        assertThat(status.programmedGeneration()).isNull();
        assertThat(text(status.conditions(), "Available")).startsWith("UNKNOWN/NotReported: what is published");
    }

    @Test
    void aRefusedSpecIsNotProgrammedWhileTheLastGoodOneServes() {
        Scene refused = Scene.of(Optional.of(scene), shop(3, 22)).node("n1", 10);
        VirtualServiceStatus status = refused.virtualService("shop", published);
        assertThat(text(status.conditions(), "Accepted"))
                .startsWith("FALSE/NotAllowed: spec.listeners[0].port: ")
                .endsWith(" Generation 2 stays in force.");
        assertThat(text(status.conditions(), "Programmed"))
                .isEqualTo("FALSE/NotAccepted: 1/1 nodes serve generation 2 while generation 3 is refused");
        assertThat(text(status.conditions(), "Available")).startsWith("TRUE/");
        assertThat(status.nodes()).isEqualTo(new Nodes(1, 0, 0, List.of()));
    }

    @Test
    void aSpecThatWasNeverGoodServesNothing() {
        Scene refused = Scene.of(Optional.empty(), shop(1, 22)).node("n1", 10);
        VirtualServiceStatus status = refused.virtualService("shop", Optional.empty());
        assertThat(text(status.conditions(), "Accepted")).endsWith(" Nothing is in force.");
        assertThat(text(status.conditions(), "ResolvedRefs")).startsWith("UNKNOWN/NotAccepted");
        assertThat(text(status.conditions(), "Programmed")).startsWith("FALSE/NotAccepted: nothing is served");
        assertThat(status.listeners()).isEmpty();
    }

    @Test
    void aPoolThatIsMissingMakesItUnavailable() {
        Scene missing = Scene.of(Optional.empty(), """
                kind: VirtualService
                metadata: {name: shop, namespace: default, generation: 2}
                spec: {listeners: [{name: web, port: 80, protocol: HTTP}], pool: nowhere}
                """).node("n1", 10);
        VirtualServiceStatus status = missing.virtualService("shop", missing.published("shop", 10, 5));
        assertThat(text(status.conditions(), "ResolvedRefs")).startsWith("FALSE/RefNotFound: spec.pool");
        assertThat(text(status.conditions(), "Available"))
                .startsWith("FALSE/NoEndpoints: pool nowhere is not in force");
    }

    @Test
    void anAddressInUseOnAllNodesMakesItUnavailable() {
        VirtualServiceStatus status = scene.node("n1", true, inUse("web"))
                .node("n2", true, inUse("web"))
                .virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed"))
                .startsWith("FALSE/NodesFailing: 0/2 nodes serve generation 2; n1: listener web: in use");
        assertThat(text(status.conditions(), "Available"))
                .isEqualTo("FALSE/BindFailed: listener web is not served: n1: in use; n2: in use");
        assertThat(status.nodes()).extracting(Nodes::programmed).isEqualTo(0);
        assertThat(status.addresses()).isEmpty();
    }

    @Test
    void oneListenerOfTwoIsEnoughForANodeButNotForItsClients() {
        Scene two = Scene.of(
                        Optional.empty(),
                        shop(2, 80).replace("[{name: web", "[{name: alt, port: 81, protocol: HTTP}, {name: web"))
                .node("n1", true, inUse("web"));
        VirtualServiceStatus status = two.virtualService("shop", two.published("shop", 10, 5));
        assertThat(status.nodes())
                .isEqualTo(new Nodes(1, 1, 0, List.of(new FailingNode("n1", "listener web: in use"))));
        assertThat(status.listeners())
                .extracting(listener -> listener.boundNodes())
                .containsExactly(1, 0);
        assertThat(text(status.conditions(), "Available")).startsWith("FALSE/BindFailed: listener web is not served");
    }

    @Test
    void aListenerWithoutACertificateIsNotBound() {
        Scene secure = Scene.of(
                        Optional.empty(),
                        shop(2, 80)
                                .replace(
                                        "[{name: web",
                                        "[{name: tls, port: 443, protocol: HTTPS, tls: {certificates: [{secretName: no}]}}, {name: web"))
                .node("n1", 10);
        VirtualServiceStatus status = secure.virtualService("shop", secure.published("shop", 10, 5));
        assertThat(text(status.conditions(), "Programmed"))
                .isEqualTo("TRUE/Programmed: 1/1 nodes serve generation 2, without tls for want of a certificate");
        assertThat(text(status.conditions(), "Available")).startsWith("FALSE/InvalidCertificate: listener tls");
        assertThat(text(status.listeners().getFirst().conditions(), "Bound")).startsWith("FALSE/InvalidCertificate");
        assertThat(text(status.listeners().getLast().conditions(), "Bound")).startsWith("TRUE/");
    }

    @Test
    void aMissingPolicyMakesItUnavailable() {
        Scene open = Scene.of(Optional.empty(), shop(2, 80).replace("pool: web}", "pool: web, policies: [guard]}"))
                .node("n1", 10);
        VirtualServiceStatus status = open.virtualService("shop", open.published("shop", 10, 5));
        assertThat(text(status.conditions(), "Available"))
                .startsWith("FALSE/NoEndpoints: policy guard is not in force");
        assertThat(status.summary())
                .extracting(VirtualServiceStatus.Summary::endpoints)
                .isEqualTo("0/0");
    }

    @Test
    void aPoolOfAnotherProtocolServesNobody() {
        Scene tcp = Scene.of(Optional.empty(), shop(2, 80).replace("spec: {members", "spec: {protocol: TCP, members"))
                .node("n1", 10);
        VirtualServiceStatus status = tcp.virtualService("shop", tcp.published("shop", 10, 5));
        assertThat(text(status.conditions(), "Available"))
                .startsWith("FALSE/NoEndpoints: pool web speaks another protocol");
        assertThat(status.summary())
                .extracting(VirtualServiceStatus.Summary::endpoints)
                .isEqualTo("0/0");
    }

    /** What a node serves that refuses each snapshot that it is given, told by the digest of what it serves instead. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "digest, '', FALSE/NotProgrammed: no node serves it",
                "digest, older, TRUE/Available: clients are served",
                "digest, -, UNKNOWN/NotReported: no node tells for certain that it serves",
                "'', '', FALSE/NotProgrammed: no node serves it",
                "other, digest, TRUE/Available: clients are served",
            })
    void aNodeThatRefusesServesWhatItSays(String refused, @Nullable String instead, String available) {
        scene.node(
                "n1",
                true,
                report(
                        10,
                        List.of(new Rejected("default/shop", refused, "no such cipher", instead)),
                        List.of(),
                        List.of()));
        VirtualServiceStatus status = scene.virtualService("shop", published);
        assertThat(text(status.conditions(), "Available")).isEqualTo(available);
        assertThat(text(status.conditions(), "Programmed"))
                .startsWith("digest".equals(instead) ? "TRUE/" : "FALSE/NodesFailing");
    }

    @Test
    void aNodeThatLagsBehindARestartedOperatorMayServe() {
        scene.node("n1", 4);
        assertThat(text(
                        scene.virtualService("shop", scene.published("shop", 5, 5, false))
                                .conditions(),
                        "Available"))
                .startsWith("UNKNOWN/NotReported");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "0, 1"})
    void whatIsMissingFromAListThatIsCutIsNotKnownToBeWell(int rejected, int unbound) {
        VirtualServiceStatus status = scene.node("n1", 10)
                .node(
                        "n2",
                        true,
                        cut(
                                report(10, List.of(), List.of(), List.of()),
                                List.of(),
                                new Totals(rejected, unbound, 0, 0)))
                .virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed"))
                .isEqualTo("UNKNOWN/NotReported: 1/2 nodes serve generation 2; n2 cannot report all failures");
        assertThat(text(status.listeners().getFirst().conditions(), "Bound"))
                .isEqualTo("UNKNOWN/NotReported: n2 cannot report all failures");
        assertThat(text(status.conditions(), "Available")).startsWith("TRUE/");
        assertThat(status.programmedGeneration()).isNull();
    }

    @Test
    void aListOfAnOlderDataplaneIsCutWhenItIsAsLongAsMayBe() {
        VirtualServiceStatus status = scene.node(
                        "n1",
                        true,
                        report(
                                10,
                                List.of(),
                                Collections.nCopies(256, new ListenerFailure("default/other", "web", "in use")),
                                List.of()))
                .virtualService("shop", published);
        assertThat(text(status.conditions(), "Programmed")).startsWith("UNKNOWN/NotReported: 0/1 nodes");
        assertThat(text(status.conditions(), "Available")).startsWith("UNKNOWN/NotReported: no node tells");
    }

    private static DataplaneNodeStatus inUse(String listener) {
        return report(10, List.of(), List.of(new ListenerFailure("default/shop", listener, "in use")), List.of());
    }
}
