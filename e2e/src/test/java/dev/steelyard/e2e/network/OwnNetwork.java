package dev.steelyard.e2e.network;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;

/** The network of the tests, apart from the machine's. */
public final class OwnNetwork {
    /** The address of the test's JVM, and of the API server, on the switch that {@link TestHost}s are plugged into. */
    public static final String GATEWAY = "198.19.0.1";

    private OwnNetwork() {}

    /** Whether the tests have one; otherwise they are in the machine's network. */
    public static boolean isPresent() {
        return "own".equals(System.getenv("STEELYARD_E2E_NETWORK"));
    }

    /** Fails if the tests have none. */
    static void require(String purpose) {
        if (!isPresent()) {
            throw new IllegalStateException(
                    purpose + " needs a network of the tests' own: run `make e2e` as root, or where"
                            + " users may make user namespaces, and with an API server on this machine (CONTRIBUTING.md)");
        }
    }

    /** Makes the switch, once. It has a hardware address of its own, for otherwise it would take that of a port. */
    public static void requireSwitch() {
        require("a network with several hosts");
        Switch.MADE.requireSuccess();
    }

    private static final class Switch {
        static final CommandResult MADE = Commands.run(
                "sh",
                "-ec",
                "ip link add switch address 02:00:c6:13:00:01 type bridge forward_delay 0 stp_state 0; ip addr add "
                        + GATEWAY + "/24 dev switch; ip link set switch up");
    }
}
