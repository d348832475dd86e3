package dev.steelyard.operator.standalone;

import dev.steelyard.dataplane.DataplaneOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * How standalone mode runs.
 *
 * @param paths files and folders to serve
 * @param dataplane how the dataplane runs
 * @param noVip whether it is meant that listeners of virtual addresses answer on all local addresses
 */
public record StandaloneOptions(List<Path> paths, DataplaneOptions dataplane, boolean noVip) {

    public StandaloneOptions {
        paths = List.copyOf(paths);
    }
}
