package io.countersign.config;

import java.nio.file.Path;
import java.time.Duration;

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
 * @param pagesBytes the JSON of pages that are joined for one answer of the tool door
 * @param pagesTime after which no further page is read for one answer
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
    Path spoolDirectory,
    long pagesBytes,
    Duration pagesTime) {
  /** {@link #pagesBytes} where the configuration names none. */
  public static final long PAGES_BYTES = 8L << 20;

  /** {@link #pagesTime} where the configuration names none. */
  public static final Duration PAGES_TIME = Duration.ofSeconds(30);

  /** Limits with the usual budget for pages. */
  public Limits(
      int connections,
      int headerBytes,
      long bodyBytes,
      int toolBodyBytes,
      int jsonDepth,
      int holdBytes,
      long holdTotalBytes,
      long spoolBytes,
      Path spoolDirectory) {
    this(
        connections,
        headerBytes,
        bodyBytes,
        toolBodyBytes,
        jsonDepth,
        holdBytes,
        holdTotalBytes,
        spoolBytes,
        spoolDirectory,
        PAGES_BYTES,
        PAGES_TIME);
  }
}
