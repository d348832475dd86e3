package dev.steelyard.dataplane.sni;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The body of a ClientHello, and the server_name extension in it (RFC 6066 section 3). */
final class ServerNames {

    private static final int RANDOM = 32;
    private static final int MOST_SESSION_ID = 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int LONGEST_NAME = 255;

    private ServerNames() {}

    /** The host name asked for; empty if none is. */
    static String find(ByteBuf hello) throws MalformedHello {
        skip(hello, 2 + RANDOM);
        skip(hello, atMost(length8(hello), MOST_SESSION_ID));
        int suites = length16(hello);
        if (suites < 2 || suites % 2 != 0) {
            throw new MalformedHello("cipher suites of " + suites + " bytes");
        }
        skip(hello, suites);
        int compressions = length8(hello);
        if (compressions < 1) {
            throw new MalformedHello("no compression method");
        }
        skip(hello, compressions);
        if (!hello.isReadable()) {
            return ""; // no extensions at all: TLS 1.2 and before
        }
        if (length16(hello) != hello.readableBytes()) {
            throw new MalformedHello("extensions that end elsewhere than the message");
        }
        return inExtensions(hello);
    }

    private static String inExtensions(ByteBuf extensions) throws MalformedHello {
        String found = "";
        boolean any = false;
        while (extensions.isReadable()) {
            int type = length16(extensions);
            int length = length16(extensions);
            require(extensions, length);
            ByteBuf extension = extensions.readSlice(length);
            if (type == SERVER_NAME) {
                if (any) {
                    throw new MalformedHello("two server_name extensions");
                }
                any = true;
                found = inList(extension);
            }
        }
        return found;
    }

    private static String inList(ByteBuf list) throws MalformedHello {
        if (length16(list) != list.readableBytes() || !list.isReadable()) {
            throw new MalformedHello("a list of server names that ends elsewhere than its extension");
        }
        String found = "";
        while (list.isReadable()) {
            int type = length8(list);
            int length = length16(list);
            require(list, length);
            ByteBuf name = list.readSlice(length);
            if (type != HOST_NAME) {
                continue;
            }
            if (!found.isEmpty()) {
                throw new MalformedHello("two host names");
            }
            found = hostName(name);
        }
        return found;
    }

    private static String hostName(ByteBuf name) throws MalformedHello {
        byte[] octets = new byte[atMost(name.readableBytes(), LONGEST_NAME)];
        name.readBytes(octets);
        int length = octets.length > 1 && octets[octets.length - 1] == '.' ? octets.length - 1 : octets.length;
        for (int i = 0; i < length; i++) {
            byte octet = octets[i];
            boolean letter = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
            boolean inner = i > 0 && octets[i - 1] != '.';
            if (!letter
                    && !(octet >= '0' && octet <= '9')
                    && octet != '-'
                    && octet != '_'
                    && !(octet == '.' && inner)) {
                throw new MalformedHello("a host name with other octets than those of names");
            }
            octets[i] = letter ? (byte) (octet | 0x20) : octet;
        }
        if (length == 0 || octets[length - 1] == '.') {
            throw new MalformedHello("a host name with an empty label");
        }
        return new String(octets, 0, length, StandardCharsets.US_ASCII);
    }

    private static int length8(ByteBuf in) throws MalformedHello {
        require(in, 1);
        return in.readUnsignedByte();
    }

    private static int length16(ByteBuf in) throws MalformedHello {
        require(in, 2);
        return in.readUnsignedShort();
    }

    private static int atMost(int length, int most) throws MalformedHello {
        if (length > most) {
            throw new MalformedHello("longer than it can be");
        }
        return length;
    }

    private static void skip(ByteBuf in, int bytes) throws MalformedHello {
        require(in, bytes);
        in.skipBytes(bytes);
    }

    private static void require(ByteBuf in, int bytes) throws MalformedHello {
        if (in.readableBytes() < bytes) {
            throw new MalformedHello("shorter than what it says it holds");
        }
    }
}
