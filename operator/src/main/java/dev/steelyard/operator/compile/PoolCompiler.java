package dev.steelyard.operator.compile;

import dev.steelyard.crds.GoDuration;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.pool.ConnectionsSpec;
import dev.steelyard.crds.v1alpha1.pool.FastCgiSpec;
import dev.steelyard.crds.v1alpha1.pool.HealthCheckSpec;
import dev.steelyard.crds.v1alpha1.pool.MemberSpec;
import dev.steelyard.crds.v1alpha1.pool.UpstreamTlsSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.address.IpAddress;
import dev.steelyard.operator.resolve.PoolModel;
import dev.steelyard.operator.resolve.PoolModel.TlsSecrets;
import dev.steelyard.snapshot.FastCgi;
import dev.steelyard.snapshot.HealthCheck;
import dev.steelyard.snapshot.HealthCheck.Http;
import dev.steelyard.snapshot.HealthCheck.Https;
import dev.steelyard.snapshot.HealthCheck.Tcp;
import dev.steelyard.snapshot.HealthCheck.Tls;
import dev.steelyard.snapshot.Member;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Pool.Algorithm;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import dev.steelyard.snapshot.Pool.Revision;
import dev.steelyard.snapshot.UpstreamTls;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compiles one pool. */
final class PoolCompiler {

    private static final Revision NO_REVISION = new Revision(Instant.EPOCH, 0);

    private PoolCompiler() {}

    static Pool compile(PoolModel model) {
        PoolSpec spec = model.declared().spec();
        return new Pool(
                model.declared().key(),
                new Revision(model.declared().created(), model.declared().generation()),
                protocol(spec.protocol()),
                switch (spec.algorithm()) {
                    case ROUND_ROBIN -> Algorithm.ROUND_ROBIN;
                    case WEIGHTED_ROUND_ROBIN -> Algorithm.WEIGHTED_ROUND_ROBIN;
                    case LEAST_CONNECTIONS -> Algorithm.LEAST_CONNECTIONS;
                    default -> throw new IllegalStateException("refused before: " + spec.algorithm());
                },
                members(model),
                Optional.ofNullable(spec.healthCheck()).map(check -> healthCheck(check, spec.fastCGI())),
                connections(spec),
                switch (spec.sendProxyProtocol()) {
                    case NONE -> Optional.empty();
                    case V1 -> Optional.of(ProxyProtocolVersion.V1);
                    case V2 -> Optional.of(ProxyProtocolVersion.V2);
                },
                model.tls().map(secrets -> tls(spec.tls(), secrets)),
                Optional.ofNullable(spec.fastCGI()).map(PoolCompiler::fastCgi));
    }

    /** A pool that has no members, in the place of one that is missing. */
    static Pool placeholder(ObjectKey key, PoolSpec.PoolProtocol protocol) {
        return new Pool(
                key,
                NO_REVISION,
                protocol(protocol),
                Algorithm.ROUND_ROBIN,
                List.of(),
                Optional.empty(),
                Connections.DEFAULT);
    }

    private static PoolProtocol protocol(PoolSpec.PoolProtocol protocol) {
        return switch (protocol) {
            case HTTP1 -> PoolProtocol.HTTP1;
            case TCP -> PoolProtocol.TCP;
            case UDP -> PoolProtocol.UDP;
            case HTTP2 -> PoolProtocol.HTTP2;
            case FAST_CGI -> PoolProtocol.FAST_CGI;
        };
    }

    private static List<Member> members(PoolModel model) {
        List<MemberSpec> specs = model.declared().spec().members();
        List<String> denied = model.denied().stream().map(Cidr::toString).toList();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            MemberSpec member = specs.get(i);
            String portName = model.portNames().get(i);
            if (member.service() != null && portName != null) {
                ObjectKey service = new ObjectKey(
                        model.declared().key().namespace(), member.service().name());
                members.add(new Member.OfService(service, portName, member.weight()));
            } else if (member.address() != null) {
                String address = IpAddress.parse(member.address()).orElseThrow().toString();
                members.add(new Member.OfAddress(address, port(member), member.weight()));
            } else if (member.host() != null) {
                members.add(new Member.OfHost(member.host(), port(member), member.weight(), denied));
            }
        }
        return members;
    }

    private static int port(MemberSpec member) {
        return Objects.requireNonNull(member.port());
    }

    private static UpstreamTls tls(@Nullable UpstreamTlsSpec spec, TlsSecrets secrets) {
        UpstreamTlsSpec tls = Objects.requireNonNull(spec);
        return new UpstreamTls(secrets.authorities(), secrets.clientCertificate(), tls.serverName(), tls.verify());
    }

    private static FastCgi fastCgi(FastCgiSpec spec) {
        TreeMap<String, String> params = new TreeMap<>();
        spec.params().forEach(param -> params.put(param.name(), param.value()));
        return new FastCgi(
                root(spec.documentRoot()),
                spec.index(),
                spec.scripts().isEmpty() ? FastCgiSpec.DEFAULT_SCRIPTS : spec.scripts(),
                orElse(spec.fallback(), ""),
                params,
                spec.keepConnections(),
                spec.maxBufferedBytes());
    }

    /** Without slashes at its end. */
    private static String root(String folder) {
        int end = folder.length();
        while (end > 0 && folder.charAt(end - 1) == '/') {
            end--;
        }
        return folder.substring(0, end);
    }

    private static HealthCheck healthCheck(HealthCheckSpec spec, @Nullable FastCgiSpec programs) {
        return new HealthCheck(
                switch (spec.type()) {
                    case TCP -> new Tcp();
                    case TLS -> new Tls(orElse(spec.host(), ""));
                    case HTTP -> http(spec);
                    case HTTPS -> new Https(http(spec));
                    case FAST_CGI ->
                        new HealthCheck.FastCgi(
                                http(spec),
                                root(Objects.requireNonNull(programs).documentRoot()));
                    default -> throw new IllegalStateException("refused before: " + spec.type());
                },
                spec.port() == null ? 0 : spec.port(),
                GoDuration.parse(spec.interval()),
                GoDuration.parse(spec.timeout()),
                spec.rise(),
                spec.fall());
    }

    private static Http http(HealthCheckSpec spec) {
        TreeMap<String, String> headers = new TreeMap<>();
        spec.headers().forEach(header -> headers.put(header.name(), header.value()));
        List<String> statuses =
                spec.expectedStatuses().isEmpty() ? HealthCheckSpec.DEFAULT_EXPECTED_STATUSES : spec.expectedStatuses();
        return new Http(
                orElse(spec.method(), HealthCheckSpec.DEFAULT_METHOD),
                orElse(spec.path(), HealthCheckSpec.DEFAULT_PATH),
                orElse(spec.host(), ""),
                headers,
                statuses.stream().map(StatusRanges::parse).toList());
    }

    private static Connections connections(PoolSpec spec) {
        ConnectionsSpec connections = spec.connections() == null ? ConnectionsSpec.DEFAULT : spec.connections();
        return new Connections(
                GoDuration.parse(connections.connectTimeout()),
                GoDuration.parse(connections.idleTimeout()),
                connections.maxIdle(),
                connections.maxRequests(),
                spec.protocol() == PoolSpec.PoolProtocol.HTTP2 ? connections.maxStreams() : 0);
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
