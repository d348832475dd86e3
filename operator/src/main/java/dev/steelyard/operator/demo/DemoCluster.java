package dev.steelyard.operator.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.operator.compile.Compiler;
import dev.steelyard.operator.inputs.Decoding;
import dev.steelyard.operator.inputs.InputsBuilder;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.Resolver;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.SnapshotCodec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceList;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * As much of an API server as a dataplane needs to begin serving one virtual service; it can only be read, and nothing changes.
 * {@code bin/train} starts a dataplane with it.
 */
public final class DemoCluster {

    private static final String VERSION = "1";
    private static final String SECRETS = "/api/v1/namespaces/steelyard-snapshots/secrets";
    private static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";

    private final KubernetesSerialization json = Decoding.serialization();
    private final SecretList secrets;
    private final EndpointSliceList slices;

    private DemoCluster(VirtualService service) {
        this.secrets = new SecretList();
        secrets.setItems(secrets(service));
        this.slices = new EndpointSliceList();
        slices.setItems(List.of(new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("demo")
                .addToLabels("kubernetes.io/service-name", "demo")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName("")
                .withPort(80)
                .withProtocol("TCP")
                .endPort()
                .addNewEndpoint()
                .withAddresses("192.0.2.1")
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .endEndpoint()
                .build()));
        ListMeta meta = new ListMeta();
        meta.setResourceVersion(VERSION);
        secrets.setMetadata(meta);
        slices.setMetadata(meta);
    }

    /**
     * Serves, and ends when its standard input does.
     *
     * @param arguments a PKCS #12 file with a key and a certificate for 127.0.0.1, its password, and a file with a VirtualService
     */
    public static void main(String... arguments) throws IOException, GeneralSecurityException {
        VirtualService service =
                Decoding.serialization().unmarshal(Files.readString(Path.of(arguments[2])), VirtualService.class);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setHttpsConfigurator(new HttpsConfigurator(identity(Path.of(arguments[0]), arguments[1])));
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", new DemoCluster(service)::answer);
        server.start();
        System.out.println("https://127.0.0.1:" + server.getAddress().getPort());
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        System.exit(0);
    }

    private static SSLContext identity(Path file, String password) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, password.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** What an operator would publish. */
    private static List<Secret> secrets(VirtualService service) {
        List<Secret> secrets = new ArrayList<>();
        SortedMap<ObjectKey, Index.Entry> entries = new TreeMap<>();
        new Compiler()
                .compile(new Resolver()
                        .resolve(new InputsBuilder()
                                .add(service)
                                .build(LastGood.NONE, Settings.cluster(), Instant.now())))
                .forEach((key, snapshot) -> {
                    SnapshotCodec.Encoded encoded = SnapshotCodec.encode(snapshot);
                    String name = "svs-" + encoded.digest().substring(0, 24);
                    secrets.add(secret(name, "snapshot", encoded.bytes()));
                    entries.put(key, new Index.Entry(encoded.digest(), List.of(name)));
                });
        Index index = new Index(SnapshotCodec.FORMAT_VERSION, 1, 1, entries);
        secrets.add(secret("index", "index", SnapshotCodec.encode(index).bytes()));
        return secrets;
    }

    private static Secret secret(String name, String key, byte[] value) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace("steelyard-snapshots")
                .withName(name)
                .withResourceVersion(VERSION)
                .endMetadata()
                .addToData(key, Base64.getEncoder().encodeToString(value))
                .build();
    }

    /** A watch stays open; what is not a list that is known is not found. */
    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        String query = exchange.getRequestURI().getQuery();
        KubernetesResourceList<? extends HasMetadata> list =
                switch (exchange.getRequestURI().getPath()) {
                    case SECRETS -> secrets;
                    case SLICES -> slices;
                    default -> null;
                };
        if (list != null && query != null && query.contains("watch=true")) {
            // Refuses a WebSocket, after which the client asks for a stream.
            exchange.sendResponseHeaders(200, 0);
            if (!exchange.getRequestHeaders().containsKey("Upgrade")) {
                exchange.getResponseBody().flush();
                return;
            }
            exchange.close();
            return;
        }
        byte[] body = json.asJson(list == null ? notFound() : list).getBytes(UTF_8);
        exchange.sendResponseHeaders(list == null ? 404 : 200, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Object notFound() {
        return new StatusBuilder().withCode(404).withMessage("not found").build();
    }
}
