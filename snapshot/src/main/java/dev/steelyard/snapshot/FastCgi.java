package dev.steelyard.snapshot;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How requests become FastCGI requests to the programs of a pool.
 *
 * @param documentRoot where the programs are, as they see it: absolute, without a slash at its end; empty for the root folder
 * @param index file name that is added to a path which ends with a slash; empty: none
 * @param scripts patterns of the paths that name a program: {@code *} stands for any characters but a slash, a segment {@code **} for any
 *     folders without a dot in their names
 * @param fallback path of the program that is run when the request's path names none; empty: 404
 * @param params further parameters, by name; they replace those of the same name
 * @param keepConnections whether a connection carries one request after the other
 * @param bufferedBody octets of a body without Content-Length that are kept until its end; a longer one is answered 411
 */
public record FastCgi(
        String documentRoot,
        String index,
        List<String> scripts,
        String fallback,
        SortedMap<String, String> params,
        boolean keepConnections,
        int bufferedBody) {

    public FastCgi {
        scripts = List.copyOf(scripts);
        params = new TreeMap<>(params);
    }
}
