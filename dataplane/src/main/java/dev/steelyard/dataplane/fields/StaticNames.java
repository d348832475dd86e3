package dev.steelyard.dataplane.fields;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds names in a static table. */
public final class StaticNames {

    private final Named[][] byLength;

    private static final class Named {

        final byte[] name;
        final int index;

        Named(byte[] name, int index) {
            this.name = name;
            this.index = index;
        }
    }

    /**
     * @param names in the table's order, lower case; those of pseudo-header fields are not looked for, and of equal ones the first counts
     * @param first the index of the first one
     */
    public StaticNames(List<String> names, int first) {
        List<List<Named>> table = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (name.startsWith(":") || names.indexOf(name) < i) {
                continue;
            }
            while (table.size() <= name.length()) {
                table.add(new ArrayList<>());
            }
            table.get(name.length()).add(new Named(name.getBytes(StandardCharsets.US_ASCII), first + i));
        }
        byLength = table.stream().map(list -> list.toArray(Named[]::new)).toArray(Named[][]::new);
    }

    /** The index of a name, in any case; -1 if it is not there. */
    public int find(byte[] octets, int from, int to) {
        int length = to - from;
        if (length < byLength.length) {
            for (Named candidate : byLength[length]) {
                if (equal(octets, from, candidate.name)) {
                    return candidate.index;
                }
            }
        }
        return -1;
    }

    private static boolean equal(byte[] octets, int from, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            if (lower(octets[from + i]) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** The same octet, in lower case if it is a letter. */
    public static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }
}
