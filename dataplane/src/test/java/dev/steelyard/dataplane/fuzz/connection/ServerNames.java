package dev.steelyard.dataplane.fuzz.connection;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.Cuts;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.sni.ClientHelloReader;
import dev.steelyard.dataplane.sni.Hellos;
import dev.steelyard.dataplane.sni.MalformedHello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The server name that pass-through goes by is the same however the ClientHello arrives and whatever its records, consists of what names
 * consist of, and is the one that Netty reads where TLS ends here. The first two octets choose where the message is split.
 */
public final class ServerNames implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        if (input.length < 4) {
            return;
        }
        byte[] octets = Arrays.copyOfRange(input, 2, input.length);
        String whole = outcome(octets, octets.length);
        ClientHelloReader reader = new ClientHelloReader();
        for (int cut : Cuts.of(input, octets.length)) {
            String sooner = outcome(reader, octets, cut);
            if (!sooner.equals("more")) {
                Check.equal(sooner, whole, "read in pieces");
                return;
            }
        }
        Check.equal(outcome(reader, octets, octets.length), whole, "read in pieces");
        if (!whole.startsWith("name ")) {
            return;
        }
        String name = whole.substring("name ".length());
        Check.holds(name.matches("([a-z0-9_-]+(\\.[a-z0-9_-]+)*)?"), "no name: " + name);
        String nettys = nettys(octets);
        if (nettys != null && !name.isEmpty()) {
            Check.equal(nettys, name, "read by Netty");
        }
        oneRecord(octets, whole);
    }

    /** A message in one record says the same in many. */
    private static void oneRecord(byte[] octets, String whole) {
        int length = 5 + ((octets[3] & 0xff) << 8 | (octets[4] & 0xff));
        if (octets.length >= length && length < 4_096) {
            byte[] many = Hellos.inRecordsOf(29, Arrays.copyOf(octets, length));
            String name = outcome(many, many.length);
            // More records may hold less of a message that goes on in a further one.
            Check.holds(name.equals(whole) || name.equals("more"), name + " in many records, " + whole + " in one");
        }
    }

    private static String outcome(byte[] octets, int length) {
        return outcome(new ClientHelloReader(), octets, length);
    }

    private static String outcome(ClientHelloReader reader, byte[] octets, int length) {
        ByteBuf in = Unpooled.wrappedBuffer(octets, 0, length);
        try {
            String name = reader.read(in);
            Check.holds(in.readableBytes() == length, "it takes octets");
            Check.holds(name != null || length < 2 * ClientHelloReader.MAX_BYTES, "it waits for no end");
            return name == null ? "more" : "name " + name;
        } catch (MalformedHello refused) {
            return "refused";
        }
    }

    private static @Nullable String nettys(byte[] octets) {
        Asking asking = new Asking();
        EmbeddedChannel channel = new EmbeddedChannel(asking);
        try {
            channel.writeInbound(Unpooled.copiedBuffer(octets));
        } catch (DecoderException refused) {
            return null;
        } finally {
            channel.finishAndReleaseAll();
        }
        return asking.name;
    }

    private static final class Asking extends AbstractSniHandler<Void> {

        @Nullable
        String name;

        @Override
        protected Future<Void> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
            if (hostname != null) {
                String lower = hostname.toLowerCase(Locale.ROOT);
                name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
            }
            return ctx.executor().newSucceededFuture(null);
        }

        @Override
        protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String hostname, Future<Void> future) {}
    }
}
