package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.metrics.RouteMeters;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what is counted. */
public final class CountingMeters implements RouteMeters {

    public final List<Integer> statuses = new CopyOnWriteArrayList<>();
    public final List<ResponseFlag> flags = new CopyOnWriteArrayList<>();
    public final List<Long> sent = new CopyOnWriteArrayList<>();
    public final List<Long> received = new CopyOnWriteArrayList<>();
    public final AtomicInteger retries = new AtomicInteger();
    public final AtomicInteger connects = new AtomicInteger();
    public final AtomicInteger handshakeFailures = new AtomicInteger();

    @Override
    public void finished(int status, long nanos, long bytesReceived, long bytesSent) {
        sent.add(bytesSent);
        received.add(bytesReceived);
        statuses.add(status);
    }

    @Override
    public void flagged(ResponseFlag flag) {
        flags.add(flag);
    }

    @Override
    public void retried() {
        retries.incrementAndGet();
    }

    @Override
    public void upstreamHandshakeFailed() {
        handshakeFailures.incrementAndGet();
    }

    @Override
    public void connected(long nanos) {
        connects.incrementAndGet();
    }
}
