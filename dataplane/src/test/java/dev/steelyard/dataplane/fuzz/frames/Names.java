package dev.steelyard.dataplane.fuzz.frames;

/** Names of fields as HTTP/2 and HTTP/3 write them. */
final class Names {

    private Names() {}

    /** In lower case, octets above 127 as they are: AsciiString's own takes some of them for something else. */
    static String lowerCase(CharSequence name) {
        StringBuilder lower = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char octet = name.charAt(i);
            lower.append(octet >= 'A' && octet <= 'Z' ? (char) (octet | 0x20) : octet);
        }
        return lower.toString();
    }
}
