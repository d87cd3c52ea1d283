package io.countersign.door;

import io.countersign.signer.RequestView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: method, raw path, raw query and the headers in the order of their arrival.
 * Made once for each request that comes in, and once for each that goes out; every later step reads
 * this and nothing else.
 *
 * <p>Not thread-safe while it is built; afterwards nobody changes it.
 */
public final class Head implements RequestView {
  private final String method;
  private final String path;
  private final String query;
  private String[] names;
  private String[] values;
  private int count;

  /**
   * @param path as on the wire, beginning with {@code /}, without the query
   * @param query as on the wire, without {@code ?}; empty when there is none
   * @param expectedHeaders how many headers to make room for
   */
  public Head(String method, String path, String query, int expectedHeaders) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.names = new String[Math.max(4, expectedHeaders)];
    this.values = new String[names.length];
  }

  /** Appends a header. */
  public Head add(String name, String value) {
    if (count == names.length) {
      names = Arrays.copyOf(names, count * 2);
      values = Arrays.copyOf(values, count * 2);
    }
    names[count] = name;
    values[count] = value;
    count++;
    return this;
  }

  /** The first value of the header, by its name in any case; null when there is none. */
  public @Nullable String get(String name) {
    for (int i = 0; i < count; i++) {
      if (names[i].equalsIgnoreCase(name)) {
        return values[i];
      }
    }
    return null;
  }

  /** Every value of the header, in the order of arrival. */
  public List<String> all(String name) {
    List<String> found = new ArrayList<>(1);
    for (int i = 0; i < count; i++) {
      if (names[i].equalsIgnoreCase(name)) {
        found.add(values[i]);
      }
    }
    return found;
  }

  /** All values of the header, joined by commas (RFC 9110 section 5.3); null when there is none. */
  public @Nullable String joined(String name) {
    String found = null;
    for (int i = 0; i < count; i++) {
      if (names[i].equalsIgnoreCase(name)) {
        found = found == null ? values[i] : found + "," + values[i];
      }
    }
    return found;
  }

  /** How many times the header is there. */
  public int occurrences(String name) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (names[i].equalsIgnoreCase(name)) {
        found++;
      }
    }
    return found;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String query() {
    return query;
  }

  @Override
  public int headerCount() {
    return count;
  }

  @Override
  public String headerName(int i) {
    return names[i];
  }

  @Override
  public String headerValue(int i) {
    return values[i];
  }

  /** Method and path only: headers and query can hold signatures. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
