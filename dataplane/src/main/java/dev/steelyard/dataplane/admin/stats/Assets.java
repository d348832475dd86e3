package dev.steelyard.dataplane.admin.stats;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The files that the page loads, by the paths that they have on the admin port. */
public final class Assets {

    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";

    private static final Map<String, Asset> BY_PATH = Map.of(
            "/assets/stats.js", new Asset("stats.js", JAVASCRIPT),
            "/assets/stats.css", new Asset("stats.css", CSS),
            "/assets/icon.svg", new Asset("icon.svg", "image/svg+xml"),
            "/assets/uplot.js", new Asset("uplot/uPlot.iife.min.js", JAVASCRIPT),
            "/assets/uplot.css", new Asset("uplot/uPlot.min.css", CSS));

    private Assets() {}

    /** @param contentType of what it holds */
    public record Asset(String file, String contentType) {

        /** What it holds. */
        public String text() {
            try (InputStream in = Assets.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException("the program lacks its file " + file);
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The file at a path; empty if there is none. */
    public static Optional<Asset> at(String path) {
        return Optional.ofNullable(BY_PATH.get(path));
    }
}
