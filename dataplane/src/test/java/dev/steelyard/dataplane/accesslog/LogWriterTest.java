package dev.steelyard.dataplane.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.metrics.AccessLogMeters;
import dev.steelyard.snapshot.AccessLog.Format;
import dev.steelyard.snapshot.LogField;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LogWriterTest {

    private static final AccessLog LOG =
            AccessLog.of(Optional.of(new dev.steelyard.snapshot.AccessLog(Format.CUSTOM, "%{status} %{route}", 100)));

    private final AccessLogMeters meters = new AccessLogMeters();

    private LogWriter start(LogOutput output, int loops) {
        return LogWriter.start(output, loops, InstantSource.system(), meters);
    }

    private static void write(LoopLog loop, int status, String route) {
        loop.write(loop.begin(LOG, 0).set(LogField.STATUS, status).set(LogField.ROUTE, route));
    }

    @Test
    void linesOfAllLoopsAreWrittenWhole() {
        CapturedLog output = new CapturedLog();
        try (LogWriter writer = start(output, 2)) {
            write(writer.loop(0), 200, "a");
            assertThat(output.lines(1)).containsExactly("200 a");
            write(writer.loop(1), 404, "b");
            write(writer.loop(0), 503, "c");
            assertThat(output.lines(3)).containsExactlyInAnyOrder("200 a", "404 b", "503 c");
        }
        assertThat(meters.droppedSoFar()).isZero();
    }

    /** Also after it has gone to sleep. */
    @Test
    void itWakesUp() {
        CapturedLog output = new CapturedLog();
        try (LogWriter writer = start(output, 1)) {
            for (int i = 1; i <= 3; i++) {
                await().until(writer::sleeps);
                write(writer.loop(0), 200, "a");
                assertThat(output.lines(i)).hasSize(i);
            }
        }
    }

    @Test
    void whatIsThereIsWrittenBeforeTheEnd() {
        CapturedLog output = new CapturedLog();
        LogWriter writer = start(output, 1);
        for (int i = 0; i < 5_000; i++) {
            write(writer.loop(0), 200, "a");
        }
        writer.close();
        assertThat(output.lines()).hasSize(5_000);
    }

    /** Whoever reads standard output has stopped: nobody waits, what finds no room is dropped and counted. */
    @Test
    void aStuckOutputHoldsNobodyUp() throws Exception {
        CountDownLatch reads = new CountDownLatch(1);
        CapturedLog read = new CapturedLog();
        LogOutput stuck = octets -> {
            try {
                reads.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            read.write(octets);
        };
        int lines = 200_000;
        try (LogWriter writer = start(stuck, 1)) {
            for (int i = 0; i < lines; i++) {
                write(writer.loop(0), 200, "a-route-with-a-name");
            }
            assertThat(meters.droppedSoFar()).isPositive();
            reads.countDown();
            await().untilAsserted(() ->
                    assertThat(read.lines().size() + meters.droppedSoFar()).isEqualTo(lines));
            assertThat(read.lines()).containsOnly("200 a-route-with-a-name");
        }
    }

    @Test
    void whatCannotBeWrittenIsCounted() {
        LogOutput full = octets -> {
            throw new IOException("No space left on device");
        };
        try (LogWriter writer = start(full, 1)) {
            write(writer.loop(0), 200, "a");
            write(writer.loop(0), 200, "a");
            await().untilAsserted(() -> assertThat(meters.droppedSoFar()).isEqualTo(2));
        }
    }

    @Test
    void aFileMayBeRotatedByRenamingIt(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("access.log");
        Path old = folder.resolve("access.log.1");
        try (LogWriter writer = start(LogOutput.to(Optional.of(file)), 1)) {
            write(writer.loop(0), 200, "before");
            await().until(() -> Files.exists(file) && Files.size(file) > 0);
            Files.move(file, old);
            await().atMost(10, TimeUnit.SECONDS).until(() -> {
                write(writer.loop(0), 200, "after");
                return Files.exists(file) && Files.size(file) > 0;
            });
        }
        assertThat(Files.readAllLines(old)).startsWith("200 before");
        assertThat(Files.readAllLines(file)).containsOnly("200 after");
    }

    @Test
    void aFileIsAppendedTo(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("access.log");
        for (String route : List.of("first", "second")) {
            try (LogWriter writer = start(LogOutput.to(Optional.of(file)), 1)) {
                write(writer.loop(0), 200, route);
            }
        }
        assertThat(Files.readAllLines(file)).containsExactly("200 first", "200 second");
    }

    @Test
    void writingTakesManyPieces() {
        int[] pieces = {0};
        CapturedLog output = new CapturedLog();
        LogOutput counting = (ByteBuffer octets) -> {
            pieces[0]++;
            output.write(octets);
        };
        LogWriter writer = start(counting, 1);
        for (int i = 0; i < 9_000; i++) {
            write(writer.loop(0), 200, "a-route-with-a-long-name");
        }
        writer.close();
        assertThat(output.lines()).hasSize(9_000).containsOnly("200 a-route-with-a-long-name");
        assertThat(pieces[0]).isGreaterThan(3);
    }
}
