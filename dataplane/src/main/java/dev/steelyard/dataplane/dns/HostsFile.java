package dev.steelyard.dataplane.dns;

import dev.steelyard.dataplane.dns.AddressLookup.Family;
import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of {@code /etc/hosts} (hosts(5)), which go before DNS. Read again when the file has changed. Reads a small local file, so not
 * for event loops; for one thread.
 */
public final class HostsFile {

    private final Path path;
    private @Nullable FileTime read;
    private Map<String, List<InetAddress>> ipv4 = Map.of();
    private Map<String, List<InetAddress>> ipv6 = Map.of();

    public HostsFile(Path path) {
        this.path = path;
    }

    /** Whether the file has the name, with addresses of whatever family. */
    public boolean has(String host) {
        refresh();
        String name = host.toLowerCase(Locale.ROOT);
        return ipv4.containsKey(name) || ipv6.containsKey(name);
    }

    /** The addresses of that family; empty if there are none. */
    public List<InetAddress> addresses(String host, Family family) {
        refresh();
        Map<String, List<InetAddress>> entries = family == Family.IPV4 ? ipv4 : ipv6;
        return entries.getOrDefault(host.toLowerCase(Locale.ROOT), List.of());
    }

    /** A file that is missing or unreadable has no names. */
    private void refresh() {
        try {
            FileTime changed = Files.getLastModifiedTime(path);
            if (changed.equals(read)) {
                return;
            }
            HostsFileEntriesProvider entries =
                    HostsFileEntriesProvider.parser().parse(path.toFile(), StandardCharsets.UTF_8);
            ipv4 = entries.ipv4Entries();
            ipv6 = entries.ipv6Entries();
            read = changed;
        } catch (IOException e) {
            ipv4 = Map.of();
            ipv6 = Map.of();
            read = null;
        }
    }
}
