package dev.steelyard.e2e.network;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Addresses of this machine that are not loopback addresses, since an API server refuses those as endpoints, and that
 * each test has for itself. They are put on {@code lo}, so that nothing sent to them leaves the machine, and are from
 * 198.18.0.0/15, which is set aside for benchmarks (RFC 2544) and 2001:db8::/32 (RFC 3849).
 *
 * <p>In the tests' own network (see {@code e2e/network/bin/java}) they end with it. Elsewhere root is needed; each
 * address carries the process id of its test JVM as a label, and goes when that JVM ends, or, if it was killed, when the
 * next one takes its first address.
 */
public final class LocalAddresses {
    private static final String LABEL = "lo:e2e" + ProcessHandle.current().pid();
    // 1: lo    inet 198.18.0.1/32 scope global lo:e2e4711\       valid_lft forever preferred_lft forever
    private static final Pattern LABELLED = Pattern.compile("inet (\\S+) .*(lo:e2e\\d+)");
    private static final AtomicInteger LAST = new AtomicInteger();

    static {
        if (!OwnNetwork.isPresent()) {
            removeThoseOf(LocalAddresses::hasEnded);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> removeThoseOf(LABEL::equals), "remove-local-addresses"));
        }
    }

    private LocalAddresses() {}

    /** A new IPv4 address. */
    public static String nextV4() {
        while (true) {
            int number = LAST.incrementAndGet();
            String address = "198.18." + number / 250 + "." + (number % 250 + 1);
            CommandResult added = Commands.run("ip", "addr", "add", address + "/32", "dev", "lo", "label", LABEL);
            if (added.succeeded()) {
                return address;
            }
            if (!added.err().contains("exists")) {
                throw needsRights(added);
            }
        }
    }

    /** A new IPv6 address. Only in the tests' own network, since IPv6 addresses carry no label to find them by. */
    public static String nextV6() {
        OwnNetwork.require("an IPv6 address of a test");
        String address = "2001:db8::" + Integer.toHexString(LAST.incrementAndGet());
        CommandResult added = Commands.run("ip", "addr", "add", address + "/128", "dev", "lo");
        if (!added.succeeded()) {
            throw needsRights(added);
        }
        return address;
    }

    /** Takes an address away: connections to it then hang or are refused, as if its host were gone. */
    public static void remove(String address) {
        Commands.run("ip", "addr", "del", address + (address.contains(":") ? "/128" : "/32"), "dev", "lo")
                .requireSuccess();
    }

    private static IllegalStateException needsRights(CommandResult refused) {
        return new IllegalStateException(
                "Cannot add an address to lo. Run the tests with `make e2e`, which gives them a"
                        + " network of their own, or as root.\n" + refused);
    }

    private static void removeThoseOf(Predicate<String> label) {
        Commands.run("ip", "-4", "-o", "addr", "show", "dev", "lo")
                .out()
                .lines()
                .map(LABELLED::matcher)
                .filter(line -> line.find() && label.test(line.group(2)))
                .forEach(line -> Commands.run("ip", "addr", "del", line.group(1), "dev", "lo"));
    }

    private static boolean hasEnded(String label) {
        return ProcessHandle.of(Long.parseLong(label.substring("lo:e2e".length())))
                .isEmpty();
    }
}
