package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.RequestTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A path that is accepted is in normal form, stays so when read again, and hides no dot segment from any reading. */
public final class Paths implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        String raw = new String(input, StandardCharsets.ISO_8859_1);
        RequestTarget target = read("/" + raw);
        if (target == null) {
            return;
        }
        String path = target.path();
        noDots(path, raw);
        if (target.loosePath() != null) {
            noDots(target.loosePath(), raw);
            Check.holds(!target.loosePath().contains("//"), "slashes are left: " + target.loosePath());
        }
        RequestTarget again = read(path);
        Check.holds(again != null, "refused once normalised: " + path);
        if (again != null) {
            Check.equal(again.path(), path, "read again");
            Check.equal(again.loosePath(), target.loosePath(), "read again loosely");
        }
    }

    private static void noDots(String path, String raw) {
        for (String segment : path.split("/", -1)) {
            Check.holds(!segment.equals(".") && !segment.equals(".."), "a dot segment is left of " + raw);
        }
        Check.holds(path.startsWith("/") && path.indexOf('?') < 0 && path.indexOf('\\') < 0, path);
    }

    private static @Nullable RequestTarget read(String target) {
        RequestHead head = new RequestHead().begin(65_536);
        ByteBuf text =
                Unpooled.copiedBuffer("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", StandardCharsets.ISO_8859_1);
        try {
            return head.read(text) && !text.isReadable() ? head.target() : null;
        } catch (MalformedMessage refused) {
            return null;
        }
    }
}
