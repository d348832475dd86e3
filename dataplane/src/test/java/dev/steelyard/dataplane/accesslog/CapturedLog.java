package dev.steelyard.dataplane.accesslog;

import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Keeps what is written. */
public final class CapturedLog implements LogOutput {

    private final StringBuilder text = new StringBuilder();

    @Override
    public synchronized void write(ByteBuffer octets) {
        text.append(StandardCharsets.UTF_8.decode(octets));
    }

    /** The whole lines so far. */
    public synchronized List<String> lines() {
        return text.substring(0, text.lastIndexOf("\n") + 1).lines().toList();
    }

    /** The lines, once there are that many. */
    public List<String> lines(int count) {
        await().until(() -> lines().size() >= count);
        return lines();
    }

    /** The only line. */
    public String line() {
        return lines(1).getFirst();
    }
}
