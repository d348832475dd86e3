package dev.steelyard.dataplane;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.listener.Listeners;
import dev.steelyard.dataplane.udp.UdpListeners;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** All sockets that clients come to: those of connections and those of datagrams. Control thread only. */
record Sockets(Listeners connections, UdpListeners datagrams) {

    void apply(Map<ListenerKey, ListenerPlan> plans) {
        Map<ListenerKey, ListenerPlan> tcp = new HashMap<>();
        Map<ListenerKey, ListenerPlan> udp = new HashMap<>();
        plans.forEach((key, plan) -> {
            if (key.udp()) {
                udp.put(key, plan);
            } else {
                tcp.put(key, plan);
            }
        });
        connections.apply(tcp);
        datagrams.apply(udp);
    }

    SortedMap<ListenerKey, String> failures() {
        SortedMap<ListenerKey, String> all = new TreeMap<>(connections.failures());
        all.putAll(datagrams.failures());
        return all;
    }

    Map<ListenerKey, Integer> ports() {
        Map<ListenerKey, Integer> all = new HashMap<>(connections.ports());
        all.putAll(datagrams.ports());
        return Map.copyOf(all);
    }

    Set<ListenerKey> inUse() {
        Set<ListenerKey> all = new HashSet<>(connections.inUse());
        all.addAll(datagrams.inUse());
        return all;
    }

    CompletableFuture<Void> drain(Duration timeout) {
        return CompletableFuture.allOf(connections.drain(timeout), datagrams.drain(timeout));
    }

    /** Leaves what comes from now on to another process, which has taken some of the sockets. */
    void pass(Set<String> taken) {
        connections.pass(taken);
        datagrams.pass();
    }

    /** Binds at once what could not be bound so far, since another process has let go of it. */
    void retryNow() {
        connections.retryNow();
        datagrams.retryNow();
    }

    void close() {
        connections.close();
        datagrams.close();
    }
}
