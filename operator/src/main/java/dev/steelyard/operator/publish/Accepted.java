package dev.steelyard.operator.publish;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.pool.UpstreamTlsSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerTlsSpec;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.PoolModel;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.UpstreamTls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The specs that one published snapshot was compiled from. They are stored beside it, so that the operator's successor knows what
 * refused specs fall back on and who holds which claim.
 *
 * @param virtualService in force
 * @param pools in force for it
 * @param policies in force for it
 */
public record Accepted(
        Declared<VirtualServiceSpec> virtualService,
        List<Declared<PoolSpec>> pools,
        List<Declared<PolicySpec>> policies) {

    private static final int MAX_JSON_BYTES = 64 * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public Accepted {
        Objects.requireNonNull(virtualService.spec());
        pools = List.copyOf(pools);
        policies = List.copyOf(policies);
    }

    /** What {@code model} is made of. */
    public static Accepted of(ServiceModel model) {
        return new Accepted(
                model.declared(),
                model.pools().values().stream().map(PoolModel::declared).toList(),
                List.copyOf(model.policies().values()));
    }

    /** Its part of what the next resolution falls back on; certificates and authorities are those of the snapshot. */
    public LastGood lastGood(Snapshot snapshot) {
        TreeMap<ObjectKey, Certificate> certificates = new TreeMap<>();
        for (Certificate certificate : snapshot.certificates()) {
            certificates.put(ObjectKey.parse(certificate.name()), certificate);
        }
        TreeMap<ObjectKey, String> authorities = new TreeMap<>();
        SortedMap<ObjectKey, Declared<PoolSpec>> declaredPools = byKey(pools);
        for (Pool pool : snapshot.pools()) {
            pool.tls()
                    .flatMap(UpstreamTls::clientCertificate)
                    .ifPresent(shown -> certificates.put(ObjectKey.parse(shown.name()), shown));
            Declared<PoolSpec> declared = declaredPools.get(pool.key());
            UpstreamTlsSpec tls = declared == null ? null : declared.spec().tls();
            if (tls != null && !tls.caSecretName().isEmpty() && pool.tls().isPresent()) {
                authorities.put(
                        new ObjectKey(pool.key().namespace(), tls.caSecretName()),
                        pool.tls().get().authorities());
            }
        }
        for (ListenerSpec listener : virtualService.spec().listeners()) {
            ListenerTlsSpec tls = listener.tls();
            if (tls == null
                    || tls.clientAuth() == null
                    || tls.clientAuth().caSecretName().isEmpty()) {
                continue;
            }
            ObjectKey secret = new ObjectKey(
                    snapshot.virtualService().namespace(), tls.clientAuth().caSecretName());
            snapshot.listeners().stream()
                    .filter(served -> served.name().equals(listener.name()))
                    .flatMap(served -> served.tls().stream())
                    .flatMap(served -> served.clientAuth().stream())
                    .forEach(served -> authorities.put(secret, served.authorities()));
        }
        return new LastGood(byKey(List.of(virtualService)), declaredPools, byKey(policies), certificates, authorities);
    }

    /** Gzipped JSON; equal values give equal bytes. */
    byte[] pack() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(JSON.writeValueAsBytes(this));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Reads what {@link #pack} wrote.
     *
     * @throws IOException if it is cut short or corrupt, or does not fit this version's types
     */
    static Accepted unpack(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return JSON.readValue(in.readNBytes(MAX_JSON_BYTES), Accepted.class);
        } catch (NullPointerException e) {
            throw new IOException("incomplete", e);
        }
    }

    private static <S> SortedMap<ObjectKey, Declared<S>> byKey(List<Declared<S>> all) {
        return all.stream()
                .collect(Collectors.toMap(Declared::key, Function.identity(), (one, other) -> one, TreeMap::new));
    }
}
