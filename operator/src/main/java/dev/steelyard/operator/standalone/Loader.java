package dev.steelyard.operator.standalone;

import dev.steelyard.dataplane.kubernetes.EndpointSlices;
import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.operator.compile.Compiler;
import dev.steelyard.operator.inputs.InputsBuilder;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.ObjectRef.Kind;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.operator.resolve.Resolver;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.operator.standalone.FileSet.Content;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From files to what is to be served. Not thread-safe. */
final class Loader {

    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    private final FileSet files;
    private final Settings settings;
    private final InstantSource clock;
    private final Resolver resolver = new Resolver();
    private final Compiler compiler;
    private LastGood lastGood = LastGood.NONE;
    private SortedMap<ObjectKey, Snapshot> served = Collections.emptySortedMap();

    Loader(FileSet files, Settings settings, InstantSource clock) {
        this(files, settings, clock, new Compiler());
    }

    Loader(FileSet files, Settings settings, InstantSource clock, Compiler compiler) {
        this.compiler = compiler;
        this.files = files;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * What the files come to.
     *
     * @param content what was read
     * @param resolution of it
     * @param snapshots of what is to be served
     * @param endpoints by Service, for all Services in the files
     * @param complaints all there are, in the order of kinds and names
     */
    record Loaded(
            Content content,
            Resolution resolution,
            SortedMap<ObjectKey, Snapshot> snapshots,
            SortedMap<ObjectKey, List<ServiceEndpoint>> endpoints,
            List<Complaint> complaints) {

        Loaded {
            snapshots = Collections.unmodifiableSortedMap(new TreeMap<>(snapshots));
            endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(endpoints));
            complaints = List.copyOf(complaints);
        }

        /** Whether something is not served as the files say. */
        boolean hasErrors() {
            return complaints.stream().anyMatch(one -> one.severity() == Complaint.Severity.ERROR);
        }
    }

    /** Reads the files and compiles what has changed. */
    Loaded load() {
        Content content = files.read();
        InputsBuilder inputs = new InputsBuilder();
        EndpointSlices slices = new EndpointSlices();
        for (FileObject file : content.objects().values()) {
            inputs.add(file.object());
            if (file.object() instanceof EndpointSlice slice) {
                slices.put(slice);
            }
        }
        Resolution resolution = resolver.resolve(
                inputs.build(lastGood, settings, clock.instant().truncatedTo(ChronoUnit.HOURS)));
        lastGood = resolution.lastGood();
        List<Complaint> complaints = new ArrayList<>(content.complaints());
        SortedMap<ObjectKey, Snapshot> snapshots = compile(resolution);
        Stream.concat(resolution.problems().stream(), compiler.problems().stream())
                .forEach(problem -> complaints.add(Complaint.of(file(content, problem.object()), problem)));
        SortedMap<ObjectKey, List<ServiceEndpoint>> endpoints = new TreeMap<>();
        content.objects().forEach((ref, file) -> {
            if (ref.kind() == Kind.SERVICE) {
                endpoints.put(ref.key(), slices.endpoints(ref.key()));
                if (slices.endpoints(ref.key()).isEmpty()) {
                    complaints.add(Complaint.warning(
                            file.file(),
                            ref.toString(),
                            "",
                            "has no endpoints: without a cluster nobody finds its pods, so put an EndpointSlice with the"
                                    + " label kubernetes.io/service-name: "
                                    + ref.key().name() + " beside it"));
                }
            }
        });
        return new Loaded(content, resolution, snapshots, endpoints, complaints);
    }

    /** What cannot be compiled stays as it is served. */
    private SortedMap<ObjectKey, Snapshot> compile(Resolution resolution) {
        SortedMap<ObjectKey, Snapshot> snapshots = compiler.compile(resolution);
        compiler.failures().forEach((key, failure) -> {
            LOG.error("{} cannot be compiled", key, failure);
            Snapshot before = served.get(key);
            if (before != null) {
                snapshots.put(key, before);
            }
        });
        served = snapshots;
        return snapshots;
    }

    private static String file(Content content, ObjectRef object) {
        FileObject file = content.objects().get(object);
        return file == null ? "" : file.file();
    }
}
