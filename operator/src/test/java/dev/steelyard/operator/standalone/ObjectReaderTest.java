package dev.steelyard.operator.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.VirtualService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectReaderTest {

    /** The end-to-end tests show that the API server takes and refuses the same. */
    private static final Path SCHEMA_CASES = Path.of("../e2e/src/test/resources/schema");

    private final ObjectReader reader = new ObjectReader();

    static List<Path> good() throws IOException {
        return yaml("good");
    }

    static List<Path> bad() throws IOException {
        return yaml("bad");
    }

    @ParameterizedTest
    @MethodSource("good")
    void takesWhatTheApiServerTakes(Path file) throws IOException {
        ObjectReader.Result result = reader.read("x.yaml", Files.readString(file));
        assertThat(result.complaints()).isEmpty();
        assertThat(result.refused()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWhatTheApiServerRefuses(Path file) throws IOException {
        ObjectReader.Result result = reader.read("x.yaml", Files.readString(file));
        assertThat(result.complaints()).isNotEmpty();
        assertThat(result.refused()).hasSize(1);
        assertThat(result.objects()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "listeners: [{name: web, port: 0, protocol: HTTP}], pool: a | spec.listeners[0].port: must be from 1 to 65535, and is 0",
                "listeners: [{name: web, port: 80, protocol: Http}], pool: a | spec.listeners[0].protocol: must be one of HTTP, HTTPS, TCP, TLS, UDP, and is Http",
                "listeners: [{name: web, port: 80, protocol: HTTP}], pools: a | spec.pools: there is no such field: is pool meant?",
                "listeners: [{name: web, port: '80', protocol: HTTP}], pool: a | spec.listeners[0].port: must be a whole number",
                "listeners: [{name: web, protocol: HTTP}], pool: a | spec.listeners[0].port: is required",
                "listeners: [], pool: a | spec.listeners: needs at least 1 entries",
                "listeners: [{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}], pool: a | spec.listeners[1]: a is in the list already",
                "listeners: [{name: a, port: 80, protocol: HTTP, tls: {certificates: [{secretName: x}]}}], pool: a | spec.listeners[0]: an HTTPS listener needs tls, and no other listener may have it (TLS passes through undeciphered)",
                "listeners: [{name: a, port: 80, protocol: TCP}] | spec: TCP, UDP and TLS listeners need spec.pool",
            })
    void namesTheFieldAndSaysWhatIsRight(String spec, String complaint) {
        String text = "{apiVersion: steelyard.dev/v1alpha1, kind: VirtualService, metadata: {name: shop}, spec: {"
                + spec + "}}";
        assertThat(reader.read("x.yaml", text).complaints())
                .extracting(Complaint::toString)
                .contains("x.yaml: VirtualService/shop: " + complaint);
    }

    @Test
    void readsListsAndManyDocuments() {
        ObjectReader.Result result = reader.read("x.yaml", """
                ---
                ---
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}
                - {apiVersion: v1, kind: Secret, metadata: {name: tls}, stringData: {tls.key: x}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                ---
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1}, addressType: IPv4, endpoints: []}
                """);
        assertThat(result.complaints()).isEmpty();
        assertThat(result.objects())
                .extracting(object -> object.ref().toString())
                .containsExactly("Service/web", "Secret/tls", "EndpointSlice/web-1");
    }

    @Test
    void fillsInDefaults() {
        ObjectReader.Result result = reader.read(
                "x.yaml",
                "{apiVersion: steelyard.dev/v1alpha1, kind: VirtualService, metadata: {name: shop}, spec: {listeners:"
                        + " [{name: web, port: 80, protocol: HTTP, limits: {}}], pool: web}}");
        VirtualService service = (VirtualService) result.objects().getFirst().object();
        assertThat(service.getSpec().listeners().getFirst().limits()).isNotNull();
        assertThat(service.getSpec().forwarding()).hasToString("PROXY");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: [1 | x.yaml:1: is not YAML: ",
                "{a: 1, a: 2} | x.yaml:1: is not YAML: Duplicate ",
                "just text | x.yaml: holds something that is no Kubernetes object",
                "{apiVersion: v1} | x.yaml: kind: is required",
                "{kind: Pool} | x.yaml: Pool/: apiVersion: is required",
                "{apiVersion: steelyard.dev/v1, kind: Pool, metadata: {name: a}} | x.yaml: Pool/a: there is no kind Pool in steelyard.dev/v1;",
                "{apiVersion: steelyard.dev/v1alpha1, kind: Pol, metadata: {name: a}} | x.yaml: Pol/a: there is no kind Pol in",
                "{apiVersion: steelyard.dev/v1alpha1, kind: Pool, metadata: {name: A_b}} | x.yaml: Pool/A_b: metadata.name: may hold",
                "{apiVersion: steelyard.dev/v1alpha1, kind: Pool, metadata: {name: a}} | x.yaml: Pool/a: spec: is required",
            })
    void saysWhatIsWrongWithADocument(String text, String complaint) {
        assertThat(reader.read("x.yaml", text).complaints())
                .singleElement()
                .asString()
                .startsWith(complaint);
    }

    private static List<Path> yaml(String folder) throws IOException {
        try (Stream<Path> files = Files.list(SCHEMA_CASES.resolve(folder))) {
            return files.sorted().toList();
        }
    }
}
