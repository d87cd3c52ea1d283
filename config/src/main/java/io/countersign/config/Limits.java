package io.countersign.config;

import java.nio.file.Path;

/**
 * What one request, and all of them together, may take. Sizes are bytes.
 *
 * @param connections open connections on the agents' port
 * @param headerBytes request line and headers together
 * @param bodyBytes a body that streams
 * @param toolBodyBytes a JSON body at the tool door
 * @param jsonDepth nesting of that JSON
 * @param holdBytes what one held body may take of memory before it is spooled
 * @param holdTotalBytes what all held bodies together may take of memory
 * @param spoolBytes the largest body that is held at all, in memory or in a file
 * @param spoolDirectory where the unlinked files are made
 */
public record Limits(
    int connections,
    int headerBytes,
    long bodyBytes,
    int toolBodyBytes,
    int jsonDepth,
    int holdBytes,
    long holdTotalBytes,
    long spoolBytes,
    Path spoolDirectory) {}
