package dev.steelyard.operator.event;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events ({@code events.k8s.io/v1}). An Event's name is made of what it says about which object, so that the same news
 * becomes one Event with a count, whoever tells it; within a window it is not told again. For all threads.
 */
public final class EventWriter {

    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
    private static final String CONTROLLER = "steelyard.dev/operator";
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_REMEMBERED = 10_000;

    /** What the API server takes of a note; it counts bytes. */
    private static final int MAX_NOTE_BYTES = 1024;

    private static final String ELLIPSIS = "…";
    private static final int MAX_NAME = 200;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final String instance;
    private final Clock clock;
    private final Map<String, Instant> recent = new LinkedHashMap<>();

    /** @param instance which replica reports */
    public EventWriter(KubernetesClient client, String instance, Clock clock) {
        this.client = client;
        this.instance = instance;
        this.clock = clock;
    }

    /** Tells {@code notice} of {@code object}, unless it did so a moment ago. A failure is logged only. */
    public void tell(HasMetadata object, Notice notice) {
        String name = name(object, notice);
        Instant now = clock.instant();
        if (toldSince(object.getMetadata().getNamespace() + "/" + name, now)) {
            return;
        }
        try {
            create(object, notice, name, now);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                LOG.warn("cannot write an Event on {}: {}", object.getFullResourceName(), e.getMessage());
                return;
            }
            repeat(object, name, now);
        }
    }

    private void create(HasMetadata object, Notice notice, String name, Instant now) {
        Event event = new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(object.getMetadata().getNamespace())
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(now)))
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .withAction(notice.action())
                .withReason(notice.reason())
                .withType(notice.type().text())
                .withNote(fitting(notice.note()))
                .withNewRegarding()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .withUid(object.getMetadata().getUid())
                .endRegarding()
                .build();
        client.resource(event).create();
    }

    /** The same news again after the window: counted in the Event's series. */
    private void repeat(HasMetadata object, String name, Instant now) {
        try {
            client.events()
                    .v1()
                    .events()
                    .inNamespace(object.getMetadata().getNamespace())
                    .withName(name)
                    .edit(event -> new EventBuilder(event)
                            .withNewSeries()
                            .withCount(
                                    event.getSeries() == null
                                            ? 2
                                            : event.getSeries().getCount() + 1)
                            .withLastObservedTime(new MicroTime(MICROS.format(now)))
                            .endSeries()
                            .build());
        } catch (KubernetesClientException e) {
            LOG.warn("cannot count an Event on {}: {}", object.getFullResourceName(), e.getMessage());
        }
    }

    private synchronized boolean toldSince(String name, Instant now) {
        Instant last = recent.remove(name);
        boolean told = last != null && now.isBefore(last.plus(WINDOW));
        recent.put(name, last != null && told ? last : now);
        if (recent.size() > MAX_REMEMBERED) {
            recent.remove(recent.keySet().iterator().next());
        }
        return told;
    }

    /** As much of {@code note} as the API server takes. */
    static String fitting(String note) {
        byte[] bytes = note.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_NOTE_BYTES) {
            return note;
        }
        int end = MAX_NOTE_BYTES - ELLIPSIS.getBytes(StandardCharsets.UTF_8).length;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--; // not within a character: bytes 10xxxxxx continue one
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + ELLIPSIS;
    }

    /** Name of the Event that tells {@code notice} of {@code object}; as {@code .} follows what is cut, it cannot end in one or a dash. */
    static String name(HasMetadata object, Notice notice) {
        String text =
                object.getMetadata().getUid() + "\n" + notice.action() + "\n" + notice.reason() + "\n" + notice.note();
        String stem = object.getMetadata().getName();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return stem.substring(0, Math.min(stem.length(), MAX_NAME)).replaceFirst("[-.]+$", "") + "."
                    + HexFormat.of().formatHex(digest).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
