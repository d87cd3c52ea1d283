package io.countersign.protocol;

import io.countersign.catalog.Headers;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** An answer of AWS, read whole. */
public final class WireAnswer {
  private final int status;
  private final SortedMap<String, String> headers;
  private final byte[] body;

  /**
   * An answer.
   *
   * @param headers of one name each; several of one name joined by {@code ", "}
   * @param body owned by the answer from now on
   */
  public WireAnswer(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    SortedMap<String, String> lower = new TreeMap<>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    this.headers = Collections.unmodifiableSortedMap(lower);
    this.body = body;
  }

  public int status() {
    return status;
  }

  /** Names in lower case. */
  public SortedMap<String, String> headers() {
    return headers;
  }

  /** A header by its name, whatever its case. */
  public Headers byName() {
    return name -> headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** The array itself. */
  public byte[] body() {
    return body;
  }
}
