package dev.steelyard.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TicketKeySecretTest {

    private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");

    private SecretServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = new SecretServer();
        client = server.client();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private TicketKeySecret secret() {
        return new TicketKeySecret(client, SecretServer.NAMESPACE, new SecureRandom());
    }

    private List<String> keys() {
        byte[] joined = Base64.getDecoder()
                .decode(Objects.requireNonNull(server.secrets.get(TicketKeySecret.NAME))
                        .getData()
                        .get(TicketKeySecret.NAME));
        List<String> keys = new ArrayList<>();
        for (int start = 0; start < joined.length; start += TicketKeySecret.KEY_BYTES) {
            keys.add(HexFormat.of().formatHex(joined, start, start + TicketKeySecret.KEY_BYTES));
        }
        return keys;
    }

    @Test
    void aKeyIsKnownBeforeItEncryptsAndReadAfterwards() {
        TicketKeySecret leader = secret();
        leader.keep(START);
        List<String> first = keys();
        assertThat(first).hasSize(2).doesNotHaveDuplicates();
        leader.keep(START.plus(TicketKeySecret.PERIOD).minusSeconds(1));
        assertThat(keys()).isEqualTo(first);

        leader.keep(START.plus(TicketKeySecret.PERIOD));
        List<String> second = keys();
        assertThat(second).hasSize(3).startsWith(first.get(1), first.get(0)).doesNotHaveDuplicates();

        leader.keep(START.plus(TicketKeySecret.PERIOD.multipliedBy(2)));
        List<String> third = keys();
        assertThat(third).hasSize(4).startsWith(second.get(2), second.get(0), second.get(1));

        leader.keep(START.plus(TicketKeySecret.PERIOD.multipliedBy(3)));
        assertThat(keys())
                .hasSize(4)
                .startsWith(third.get(3), third.get(0), third.get(1))
                .doesNotContain(third.get(2));
    }

    @Test
    void aSuccessorGoesOnWithWhatIsThere() {
        secret().keep(START);
        List<String> keys = keys();
        secret().keep(START.plusSeconds(60));
        assertThat(keys()).isEqualTo(keys);
    }

    @Test
    void whatSomebodySpoiltIsMadeAnew() {
        secret().keep(START);
        Objects.requireNonNull(server.secrets.get(TicketKeySecret.NAME))
                .getData()
                .clear();
        secret().keep(START.plus(TicketKeySecret.PERIOD));
        assertThat(keys()).hasSize(2);
    }
}
