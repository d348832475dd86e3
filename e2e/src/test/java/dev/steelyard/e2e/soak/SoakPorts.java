package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.process.Ports;

/** The ports that are balanced in the soak; {@code tls} passes through to {@code https}. */
record SoakPorts(int http, int https, int tls, int tcp, int udp) {
    /** Of all requests, and in all certificates. */
    static final String HOST = "soak.example.com";

    static SoakPorts free() {
        return new SoakPorts(Ports.free(), Ports.free(), Ports.free(), Ports.free(), Ports.free());
    }
}
