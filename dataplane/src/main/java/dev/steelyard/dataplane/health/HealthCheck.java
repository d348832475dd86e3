package dev.steelyard.dataplane.health;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;

/** One way of asking an endpoint whether it is well. Stateless; for all threads. */
public interface HealthCheck {

    /**
     * Begins one probe. Called on the loop, returns at once.
     *
     * @param loop where the probe runs
     * @param endpoint whom to ask
     * @param outcome to be succeeded on that loop, never failed. The caller completes it itself when the time is up; whoever completes it,
     *     the check then lets go of its connection
     */
    void probe(EventLoop loop, Target endpoint, Promise<Outcome> outcome);
}
