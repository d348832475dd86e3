package dev.steelyard.dataplane.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.Certificates;
import dev.steelyard.snapshot.Certificate;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is held of a key is given back with the context, whoever asked for it first: the search for leaks after the class tells. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SingleKeyTest {

    private static final int ROUNDS = 300;

    @Test
    void theFirstHandshakesOfAContextMayRunAtOnce() throws Exception {
        Certificate certificate = Certificates.forNames("a", "a.example.com");
        KeyMaterial material = KeyMaterial.read(certificate);
        SslContext client = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < ROUNDS; round++) {
                SslContext server = SslContextBuilder.forServer(SingleKey.factory(material))
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                        .build();
                CyclicBarrier start = new CyclicBarrier(2);
                Future<String> one = threads.submit(() -> shown(start, client, server));
                Future<String> other = threads.submit(() -> shown(start, client, server));
                assertThat(one.get()).isEqualTo("CN=a");
                assertThat(other.get()).isEqualTo("CN=a");
                ReferenceCountUtil.release(server);
            }
        } finally {
            ReferenceCountUtil.release(client);
        }
    }

    /** Shakes hands and returns the subject of the certificate that the server shows. */
    private static String shown(CyclicBarrier start, SslContext clients, SslContext servers) throws Exception {
        SSLEngine client = clients.newEngine(UnpooledByteBufAllocator.DEFAULT, "a.example.com", 443);
        SSLEngine server = servers.newEngine(UnpooledByteBufAllocator.DEFAULT);
        try {
            ByteBuffer toServer = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
            ByteBuffer toClient = ByteBuffer.allocate(server.getSession().getPacketBufferSize());
            client.beginHandshake();
            speak(client, toServer);
            start.await();
            for (int turn = 0; !isDone(client) || !isDone(server); turn++) {
                assertThat(turn).as("turns of a handshake").isLessThan(10);
                listen(server, toServer);
                speak(server, toClient);
                listen(client, toClient);
                speak(client, toServer);
            }
            return client.getSession().getPeerPrincipal().getName();
        } finally {
            ReferenceCountUtil.release(client);
            ReferenceCountUtil.release(server);
        }
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void speak(SSLEngine engine, ByteBuffer out) throws SSLException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        }
    }

    /** Reads as far as the engine can before it wants to answer. */
    private static void listen(SSLEngine engine, ByteBuffer in) throws SSLException {
        in.flip();
        ByteBuffer nothing = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        int consumed;
        do {
            consumed = engine.unwrap(in, nothing).bytesConsumed();
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
                consumed++;
            }
        } while (consumed > 0 && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP);
        in.compact();
    }
}
