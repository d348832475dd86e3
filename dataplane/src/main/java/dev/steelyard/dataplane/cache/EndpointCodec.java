package dev.steelyard.dataplane.cache;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The stored form of a Service's endpoints: JSON behind its digest. */
final class EndpointCodec {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private EndpointCodec() {}

    static byte[] encode(List<ServiceEndpoint> endpoints) throws IOException {
        byte[] json = JSON.writeValueAsBytes(endpoints);
        return Seal.put(Seal.sha256(json), json);
    }

    /** @throws IOException if the bytes are not what {@link #encode} made */
    static List<ServiceEndpoint> decode(byte[] bytes) throws IOException {
        byte[] json = Seal.content(bytes);
        if (!Arrays.equals(bytes, Seal.put(Seal.sha256(json), json))) {
            throw new IOException("cut short or corrupt: it does not match its digest");
        }
        return JSON.readValue(json, new TypeReference<>() {});
    }
}
