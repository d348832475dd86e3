package dev.steelyard.dataplane.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LogRingTest {

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean offer(LogRing ring, String line) {
        return ring.offer(octets(line), line.length());
    }

    private static String take(LogRing ring) {
        ByteBuffer into = ByteBuffer.allocate(100);
        ring.take(ring.waiting(), into);
        return StandardCharsets.US_ASCII.decode(into.flip()).toString();
    }

    @Test
    void refusesWhatHasNoRoomAsAWhole() {
        LogRing ring = new LogRing(16);
        assertThat(offer(ring, "0123456789")).isTrue();
        assertThat(offer(ring, "0123456")).isFalse();
        assertThat(offer(ring, "012345")).isTrue();
        assertThat(take(ring)).isEqualTo("0123456789012345");
    }

    @Test
    void goesRound() {
        LogRing ring = new LogRing(16);
        for (int i = 0; i < 100; i++) {
            assertThat(offer(ring, "line " + i + "\n")).isTrue();
            assertThat(take(ring)).isEqualTo("line " + i + "\n");
        }
    }

    @Test
    void twoThreadsLoseAndChangeNothing() {
        LogRing ring = new LogRing(64);
        int lines = 200_000;
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < lines; i++) {
                byte[] line = octets(i + "\n");
                while (!ring.offer(line, line.length)) {
                    Thread.onSpinWait();
                }
            }
        });
        ByteBuffer into = ByteBuffer.allocate(16);
        int number = 0;
        int next = 0;
        while (next < lines) {
            into.clear();
            ring.take(ring.waiting(), into);
            into.flip();
            while (into.hasRemaining()) {
                byte octet = into.get();
                if (octet == '\n') {
                    assertThat(number).isEqualTo(next++);
                    number = 0;
                } else {
                    number = number * 10 + octet - '0';
                }
            }
        }
        producer.join();
        assertThat(ring.waiting()).isZero();
    }
}
