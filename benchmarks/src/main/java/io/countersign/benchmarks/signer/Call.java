package io.countersign.benchmarks.signer;

import io.countersign.signer.RequestView;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One request to sign, before it takes the form of one signer or another. Its strings are objects
 * of its own, as those of a request that came over the wire are: none is a constant, and no two
 * requests share one.
 */
public final class Call implements RequestView {
  private final String method;
  private final String path;
  private final String query;
  private final String[] headers;
  private final byte[] body;

  /**
   * A request.
   *
   * @param headers names and values in turn
   */
  Call(String method, String path, String query, byte[] body, String... headers) {
    this.method = fresh(method);
    this.path = fresh(path);
    this.query = fresh(query);
    this.headers = Arrays.stream(headers).map(Call::fresh).toArray(String[]::new);
    this.body = body.clone();
  }

  private static String fresh(String text) {
    return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);
  }

  /** The same request with more headers: names and values in turn. */
  Call withHeaders(List<String> more) {
    String[] all = Arrays.copyOf(headers, headers.length + more.size());
    for (int i = 0; i < more.size(); i++) {
      all[headers.length + i] = more.get(i);
    }
    return new Call(method, path, query, body, all);
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
    return headers.length / 2;
  }

  @Override
  public String headerName(int i) {
    return headers[2 * i];
  }

  @Override
  public String headerValue(int i) {
    return headers[2 * i + 1];
  }

  /** The body; not copied. */
  byte[] body() {
    return body;
  }

  /** The value of the header {@code Host}. */
  String host() {
    for (int i = 0; i < headerCount(); i++) {
      if (headerName(i).equals("Host")) {
        return headerValue(i);
      }
    }
    throw new IllegalStateException("a call without Host");
  }
}
