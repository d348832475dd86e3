package dev.steelyard.dataplane;

import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/** A dataplane that is to serve HTTP/3, in a JVM that cannot: tells what it reports, and what it answers by TCP. */
final class WithoutQuic {

    private WithoutQuic() {}

    /** @param arguments port to serve on, port of an endpoint */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        InetSocketAddress endpoint =
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(arguments[1]));
        ManualSource source = new ManualSource();
        try (Dataplane dataplane = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(1).withLocalAddresses(),
                source,
                ManualSource.noServices())) {
            source.deliver(SnapshotSets.of(1, Http3PathTest.service(port, endpoint)));
            dataplane.serving().get();
            for (ListenerFailure failure : dataplane.report().listenerFailures()) {
                System.out.println("failure: " + (failure.http3() ? "http3 " : "") + failure.reason());
            }
            try (SSLSocket socket = TlsClient.connect(port, "shop.example")) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                System.out.println("answer: "
                        + new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                                .readLine());
            }
        }
    }
}
