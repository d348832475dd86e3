package dev.steelyard.dataplane.sni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloReaderTest {

    private static final byte[] HELLO = Hellos.forName("Shop.Example.COM");

    /** Version, random, no session, one cipher suite, one compression method. */
    private static final String BODY = "0303R 00 00021301 0100";

    @Test
    void findsTheName() throws Exception {
        assertThat(read(HELLO)).isEqualTo("shop.example.com");
        assertThat(read(Hellos.forName(""))).isEmpty();
        assertThat(read(hello(BODY))).as("no extensions").isEmpty();
        assertThat(read(hello(withName("0005 00 0002 612e"))))
                .as("trailing dot")
                .isEqualTo("a");
    }

    @Test
    void findsItHoweverItArrives() throws Exception {
        for (int size : new int[] {1, 2, 3, 50, 16_384}) {
            byte[] records = Hellos.inRecordsOf(size, HELLO);
            ClientHelloReader reader = new ClientHelloReader();
            for (int known = 0; known < records.length; known++) {
                assertThat(reader.read(Unpooled.wrappedBuffer(records, 0, known)))
                        .as("%d bytes of records of %d", known, size)
                        .isNull();
            }
            assertThat(reader.read(Unpooled.wrappedBuffer(records))).isEqualTo("shop.example.com");
        }
    }

    @Test
    void leavesTheBytes() throws Exception {
        ByteBuf in = Unpooled.wrappedBuffer(HELLO, new byte[] {23, 3, 3, 0, 1, 0});
        assertThat(new ClientHelloReader().read(in)).isEqualTo("shop.example.com");
        assertThat(in.readableBytes()).isEqualTo(HELLO.length + 6);
    }

    @Test
    void whateverArrivesIsReadOrRefused() {
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = HELLO.clone();
            for (int changes = random.nextInt(3) + 1; changes > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                read(damaged);
            } catch (MalformedHello e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "474554202f20485454502f312e310d0a", // GET / HTTP/1.1
                "17 0303 0001 00", // application data
                "16 0203 0001 01", // no version 3
                "16 0303 0000", // an empty record
                "16 0303 4001", // a record that is too long
                "16 0303 0004 02000000", // ServerHello
                "16 0303 0004 01004000", // a message that is too long
                "16 0303 0005 0100000000", // something behind it, and nothing in it
                "16 0303 0001 01 17 0303 0001 00", // another type within the message
            })
    void refusesOtherRecords(String hex) {
        assertThatThrownBy(() -> read(HexFormat.of().parseHex(hex.replace(" ", ""))))
                .isInstanceOf(MalformedHello.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0303", // cut short
                "0303R 21" + "00" + "00021301" + "0100", // a session identifier that is too long
                "0303R 00" + "0000" + "0100", // no cipher suite
                "0303R 00" + "0003130100" + "0100", // half a cipher suite
                "0303R 00" + "00021301" + "00", // no compression method
                "B 0001", // extensions cut short
                "B 0000 00", // something behind the extensions
                "B 0004 0000 0001", // an extension cut short
                "B 0004 0000 0000", // an empty server_name extension
                "B 0006 0000 0002 0000", // an empty list
                "B 0009 0000 0005 0003 00 0000", // an empty name
                "B 000a 0000 0006 0005 00 0001 61", // a list that is shorter than it says
                "B 000a 0000 0006 0004 00 0002 61", // a name that is
                "B 000a 0000 0006 0004 00 0001 20", // a space
                "B 000a 0000 0006 0004 00 0001 00", // a zero
                "B 000a 0000 0006 0004 00 0001 2e", // a dot
                "B 000c 0000 0008 0006 00 0003 612e2e", // two dots
                "B 000e 0000 000a 0008 00 0001 61 00 0001 62", // two names
                "B 0014 0000 0006 0004 00 0001 61 0000 0006 0004 00 0001 62", // two extensions
            })
    void refusesOtherMessages(String body) {
        assertThatThrownBy(() -> read(hello(body))).isInstanceOf(MalformedHello.class);
    }

    private static String withName(String list) {
        int length = list.replace(" ", "").length() / 2;
        return BODY + "%04x 0000 %04x ".formatted(length + 4, length) + list;
    }

    private static byte[] hello(String body) {
        String bytes = body.replace("B", BODY).replace("R", "00".repeat(32)).replace(" ", "");
        int length = bytes.length() / 2;
        return HexFormat.of().parseHex("160303%04x01%06x".formatted(length + 4, length) + bytes);
    }

    private static @Nullable String read(byte[] bytes) throws MalformedHello {
        return new ClientHelloReader().read(Unpooled.wrappedBuffer(bytes));
    }
}
