package dev.steelyard.operator.standalone;

import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.standalone.ObjectReader.Result;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The objects of some files and folders, read anew on demand. A file that cannot be read, and an object that does not fit its schema, keep
 * what they last were; an object goes when it, or its file, is gone. Not thread-safe.
 */
final class FileSet {

    private final List<Path> paths;
    private final ObjectReader reader = new ObjectReader();
    private final Map<Path, List<FileObject>> lastGood = new HashMap<>();
    private final Map<Path, Known> known = new HashMap<>();
    private final Map<ObjectRef, HasMetadata> generations = new HashMap<>();

    private record Known(String text, Result result) {}

    /** @param paths files, and folders whose files {@code *.yaml}, {@code *.yml} and {@code *.json} are meant */
    FileSet(List<Path> paths) {
        this.paths = List.copyOf(paths);
    }

    /**
     * What the files hold.
     *
     * @param objects by kind and name
     * @param complaints about files and objects that could not be read
     */
    record Content(SortedMap<ObjectRef, FileObject> objects, List<Complaint> complaints) {

        Content {
            objects = Collections.unmodifiableSortedMap(new TreeMap<>(objects));
            complaints = List.copyOf(complaints);
        }
    }

    /** Reads all files. */
    Content read() {
        List<Complaint> complaints = new ArrayList<>();
        SortedSet<Path> files = files(complaints);
        lastGood.keySet().retainAll(files);
        known.keySet().retainAll(files);
        SortedMap<ObjectRef, FileObject> objects = new TreeMap<>();
        for (Path file : files) {
            for (FileObject object : objects(file, complaints)) {
                FileObject other = objects.putIfAbsent(object.ref(), object);
                if (other != null) {
                    complaints.add(Complaint.error(
                            object.file(),
                            object.ref().toString(),
                            "",
                            "is in " + other.file() + " already: remove one of them"));
                }
            }
        }
        generations.keySet().retainAll(objects.keySet());
        objects.values().forEach(this::countGeneration);
        return new Content(objects, complaints);
    }

    /** The files there are now. */
    SortedSet<Path> files() {
        return files(new ArrayList<>());
    }

    private SortedSet<Path> files(List<Complaint> complaints) {
        TreeSet<Path> files = new TreeSet<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, "*.{yaml,yml,json}")) {
                    for (Path entry : entries) {
                        if (Files.isRegularFile(entry)
                                && !entry.getFileName().toString().startsWith(".")) {
                            files.add(entry);
                        }
                    }
                } catch (IOException | DirectoryIteratorException e) {
                    complaints.add(Complaint.error(path.toString(), "", "", "cannot be listed: " + e));
                }
            } else if (Files.exists(path)) {
                files.add(path);
            } else {
                complaints.add(Complaint.error(path.toString(), "", "", "there is no such file or folder"));
            }
        }
        return files;
    }

    private List<FileObject> objects(Path file, List<Complaint> complaints) {
        Result result = read(file);
        complaints.addAll(result.complaints());
        List<FileObject> before = lastGood.getOrDefault(file, List.of());
        List<FileObject> now = new ArrayList<>(result.objects());
        before.stream()
                .filter(object -> !result.readable() || result.refused().contains(object.ref()))
                .filter(object -> now.stream().noneMatch(other -> other.ref().equals(object.ref())))
                .forEach(now::add);
        lastGood.put(file, now);
        return now;
    }

    private Result read(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return unreadable(file, "cannot be read: " + e);
        }
        if (text.isBlank() && !lastGood.getOrDefault(file, List.of()).isEmpty()) {
            // What an editor leaves for a moment while it saves.
            return unreadable(file, "is empty: what it held stays in force; delete the file to remove that");
        }
        Known same = known.get(file);
        if (same == null || !same.text.equals(text)) {
            same = new Known(text, reader.read(file.toString(), text));
            known.put(file, same);
        }
        return same.result;
    }

    private static Result unreadable(Path file, String message) {
        return new Result(List.of(), List.of(), List.of(Complaint.error(file.toString(), "", "", message)), false);
    }

    /** As the API server does: 1 for a new object, and one more for each change. */
    private void countGeneration(FileObject file) {
        HasMetadata object = file.object();
        @Nullable HasMetadata before = generations.put(file.ref(), object);
        long generation = before == null ? 0 : before.getMetadata().getGeneration();
        object.getMetadata().setGeneration(generation);
        if (before == null || !before.equals(object)) {
            object.getMetadata().setGeneration(generation + 1);
        }
    }
}
