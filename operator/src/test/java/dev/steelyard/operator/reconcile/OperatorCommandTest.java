package dev.steelyard.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.operator.resolve.Settings.PortRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class OperatorCommandTest {

    @Test
    void withoutOptionsTheRulesForTenantsHold() {
        assertThat(settings()).isEqualTo(Settings.cluster());
    }

    @Test
    void theAdministratorDecidesForTenants() {
        Settings settings = settings(
                "--allow-members=10.0.0.0/8,192.0.2.1/32",
                "--allow-members",
                "2001:db8::/32",
                "--deny-members=10.244.0.0/16",
                "--reserved-ports=22,2379-2380",
                "--dataplane-admin-port=9999");
        assertThat(settings.allowedMembers())
                .containsExactly(Cidr.of("10.0.0.0/8"), Cidr.of("192.0.2.1/32"), Cidr.of("2001:db8::/32"));
        assertThat(settings.deniedMembers()).containsExactly(Cidr.of("10.244.0.0/16"));
        assertThat(settings.reservedPorts()).containsExactly(new PortRange(22, 22), new PortRange(2379, 2380));
        assertThat(settings.adminPort()).isEqualTo(9999);
    }

    @Test
    void noPortNeedBeReserved() {
        assertThat(settings("--reserved-ports=").reservedPorts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--allow-members=10.0.0.0/33",
        "--deny-members=pods",
        "--reserved-ports=0",
        "--reserved-ports=9-8",
        "--reserved-ports=70000"
    })
    void whatIsMalformedIsNamed(String option) {
        assertThatThrownBy(() -> settings(option))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option.replace('=', ' '));
    }

    private static Settings settings(String... options) {
        OperatorCommand command = new OperatorCommand();
        new CommandLine(command).parseArgs(options);
        return command.options().settings();
    }
}
