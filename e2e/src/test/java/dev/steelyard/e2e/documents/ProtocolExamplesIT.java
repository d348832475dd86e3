package dev.steelyard.e2e.documents;

import static dev.steelyard.e2e.installed.Installed.backend;
import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.backend.NginxServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Manifests;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.network.LocalAddresses;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.Python;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.testing.PhpFpm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The READMEs of the examples about other protocols than HTTP/1.1, with real clients and servers of theirs. */
class ProtocolExamplesIT {
    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void http2() {
        try (Tenant tenant = installed.tenant("http2");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("http2", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/fast");
            tenant.apply(endpoints("fast", a));
            readme.next("curl", "a\n", "by HTTP/2");
            readme.end();
        }
    }

    @Test
    void http3() {
        try (Tenant tenant = installed.tenant("http3");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("http3", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/swift");
            tenant.apply(endpoints("swift", a));
            readme.next("curl", "alt-svc: h3=\":443\"; ma=86400");
            readme.end();
            tenant.apply("""
                    apiVersion: steelyard.dev/v1alpha1
                    kind: Policy
                    metadata: {name: log}
                    spec: {accessLog: {format: JSON}}
                    """);
            tenant.kubectl().get("patch", "svs", "swift", "--type=merge", "-p", "{\"spec\":{\"policies\":[\"log\"]}}");
            tenant.awaitProgrammed("swift");
            assertThat(Python.run("clients/http3.py", node.address(), "443", "swift.example.com"))
                    .containsExactly(
                            "get 200 a",
                            "many 200",
                            "large 200",
                            "after cancelling 200",
                            "other host 421",
                            "DATA before HEADERS 0x105");
            eventually()
                    .untilAsserted(() -> assertThat(node.dataplane().output().lines())
                            .anySatisfy(line -> assertThat(line)
                                    .contains(
                                            "\"virtual_service\":\"swift\"",
                                            "\"protocol\":\"HTTP/3.0\"",
                                            "\"status\":200")
                                    .contains("\"tls_server_name\":\"swift.example.com\"")));
        }
    }

    @Test
    void webSocket() {
        String host = LocalAddresses.nextV4();
        try (Tenant tenant = installed.tenant("websocket");
                ServerProcess echo = ServerProcess.start(
                        "echo",
                        SourceTree.newFolder("echo-websocket").resolve("log"),
                        Map.of(),
                        Python.command("backends/echo_websocket.py", host, "8080"))) {
            echo.await("listening", Duration.ofSeconds(30), () -> Ports.answers(host, 8080));
            Walkthrough readme = new Walkthrough("websocket", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/chat");
            tenant.apply(Manifests.slice("chat", "http", host, 8080));
            readme.next("curl", "HTTP/1.1 101");
            readme.next("bin/steelyard explain", "route            sockets");
            readme.end();
            assertThat(Python.run("clients/websocket.py", node.address(), "80", "chat.example.com"))
                    .containsExactly("one", "two", "300000");
        }
    }

    @Test
    void grpc() {
        try (Tenant tenant = installed.tenant("grpc");
                NginxServer a = NginxServer.startHttp2("a", LocalAddresses.nextV4())) {
            Walkthrough readme = new Walkthrough("grpc", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/calls");
            tenant.apply(Manifests.slice("greeter", "grpc", a.host(), a.port()));
            readme.next("curl", "HTTP/2 200", "x-backend: a");
            readme.next("bin/steelyard explain", "route            greeter");
            readme.end();
        }
    }

    @Test
    void clientAddressesFromAProxyInFront() {
        try (Tenant tenant = installed.tenant("proxy-protocol");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("proxy-protocol", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/web");
            tenant.apply(endpoints("web", a));
            readme.next("curl", "a");
            readme.next("bin/steelyard explain", "only from 198.18.0.0/15");
            readme.end();
        }
    }

    @Test
    void datagramsToNameServers() {
        try (Tenant tenant = installed.tenant("udp")) {
            installed.names().put("www.example.org", "203.0.113.80");
            Walkthrough readme = new Walkthrough("udp", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/dns");
            tenant.apply(Manifests.slice("dns", "dns", installed.names().address(), 53));
            readme.next("dig", "203.0.113.80");
            readme.next("bin/steelyard explain", "listener         dns, UDP on port 5300");
            readme.end();
        }
    }

    @Test
    void aRangeOfPorts() throws IOException {
        try (Tenant tenant = installed.tenant("port-range");
                PostgresGreeter postgres = new PostgresGreeter()) {
            Walkthrough readme = new Walkthrough("port-range", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/db");
            tenant.apply(Manifests.slice("db", "postgres", postgres.host(), postgres.port()));
            readme.next("psql");
            readme.next("bin/steelyard explain", "listener         postgres, TCP on port 5440-5449");
            readme.end();
            assertThat(postgres.users()).isNotEmpty();
        }
    }

    /** Its php-fpm has the files below another root, which its pool does not see. */
    @Test
    void phpFpm() throws IOException {
        Path folder = SourceTree.newFolder("php-fpm");
        try (Tenant tenant = installed.tenant("php-fpm");
                PhpFpm php = PhpFpm.start(folder, LocalAddresses.nextV4(), "chroot = " + folder.resolve("root"))) {
            Walkthrough readme = new Walkthrough("php-fpm", tenant, node);
            readme.next("kubectl apply", "configmap/php", "pool.steelyard.dev/php");
            for (String script : List.of("hello.php", "index.php")) {
                php.put(
                        "var/www/html/" + script,
                        tenant.kubectl()
                                .get(
                                        "get",
                                        "configmap",
                                        "php",
                                        "-o",
                                        "jsonpath={.data['" + script.replace(".", "\\.") + "']}"));
            }
            php.put("var/www/html/complains.php", "<?php error_log('the shelf is empty'); echo 'done';");
            php.put("var/www/html/upload/photo.jpg", "<?php echo 'run';");
            tenant.apply(Manifests.slice(
                    "php", "php", php.address().getHostString(), php.address().getPort()));
            readme.next("curl", "hello you");
            readme.next("curl", "POST /orders/7 in production");
            readme.next("bin/steelyard explain", "runs /var/www/html/index.php");
            readme.end();

            eventually()
                    .until(() -> tenant.kubectl()
                            .get("get", "pool", "php", "-o", "jsonpath={.status.conditions[*].message}")
                            .contains("1 of 1 endpoints are healthy"));
            assertThat(node.get(80, "php.example.com", "/upload/photo.jpg/x.php")
                            .text())
                    .isEqualTo("GET /upload/photo.jpg/x.php in production\n");
            assertThat(node.get(80, "php.example.com", "/complains.php").text()).isEqualTo("done");
            eventually()
                    .untilAsserted(() -> assertThat(node.dataplane().output().lines())
                            .anySatisfy(line ->
                                    assertThat(line).contains("/php route default, endpoint ", "the shelf is empty")));
        }
    }

    @Test
    void tcp() throws IOException {
        try (Tenant tenant = installed.tenant("tcp");
                PostgresGreeter postgres = new PostgresGreeter()) {
            Walkthrough readme = new Walkthrough("tcp", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/db");
            tenant.apply(Manifests.slice("db", "postgres", postgres.host(), postgres.port()));
            readme.next("psql");
            readme.end();
            assertThat(postgres.users())
                    .isNotEmpty()
                    .allSatisfy(user -> assertThat(user).startsWith("user\0postgres\0"));
        }
    }
}
