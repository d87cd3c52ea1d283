package io.countersign.signer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A request for tests. Immutable. */
record TestRequest(String method, String path, String query, List<String[]> headers)
    implements RequestView {

  /** A request to example.amazonaws.com. */
  static TestRequest of(String method, String target) {
    int mark = target.indexOf('?');
    return new TestRequest(
            method,
            mark < 0 ? target : target.substring(0, mark),
            mark < 0 ? "" : target.substring(mark + 1),
            List.of())
        .with("Host", "example.amazonaws.com");
  }

  static TestRequest get(String target) {
    return of("GET", target);
  }

  TestRequest with(String name, String value) {
    List<String[]> more = new ArrayList<>(headers);
    more.add(new String[] {name, value});
    return new TestRequest(method, path, query, more);
  }

  TestRequest without(String name) {
    List<String[]> fewer = new ArrayList<>(headers);
    fewer.removeIf(header -> header[0].equalsIgnoreCase(name));
    return new TestRequest(method, path, query, fewer);
  }

  TestRequest withSet(String name, String value) {
    return without(name).with(name, value);
  }

  /** Another value in the same place. */
  TestRequest withReplaced(String name, String value) {
    List<String[]> all = new ArrayList<>(headers);
    all.replaceAll(h -> h[0].equalsIgnoreCase(name) ? new String[] {h[0], value} : h);
    return new TestRequest(method, path, query, all);
  }

  TestRequest withTarget(String newPath, String newQuery) {
    return new TestRequest(method, newPath, newQuery, headers);
  }

  TestRequest withMethod(String newMethod) {
    return new TestRequest(newMethod, path, query, headers);
  }

  TestRequest with(SignedRequest signed) {
    List<String[]> more = new ArrayList<>(headers);
    more.removeIf(header -> Signer.replaces(header[0]));
    signed.forEachHeader((name, value) -> more.add(new String[] {name, value}));
    return new TestRequest(method, path, query, more);
  }

  TestRequest with(SigV4aSignedRequest signed) {
    List<String[]> more = new ArrayList<>(headers);
    more.removeIf(header -> SigV4aSigner.replaces(header[0]));
    signed.forEachHeader((name, value) -> more.add(new String[] {name, value}));
    return new TestRequest(method, path, query, more);
  }

  TestRequest with(PresignedRequest presigned) {
    return withTarget(path, presigned.query());
  }

  /** Shuffles the headers, but leaves those of one name in their order. */
  TestRequest shuffled(Random random) {
    List<String[]> all = new ArrayList<>(headers);
    Collections.shuffle(all, random);
    for (String[] header : headers) {
      List<String[]> same =
          headers.stream().filter(other -> other[0].equalsIgnoreCase(header[0])).toList();
      int next = 0;
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i)[0].equalsIgnoreCase(header[0])) {
          all.set(i, same.get(next++));
        }
      }
    }
    return new TestRequest(method, path, query, all);
  }

  @Override
  public int headerCount() {
    return headers.size();
  }

  @Override
  public String headerName(int i) {
    return headers.get(i)[0];
  }

  @Override
  public String headerValue(int i) {
    return headers.get(i)[1];
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(method + " " + path + "?" + query);
    headers.forEach(header -> out.append('\n').append(Arrays.toString(header)));
    return out.toString();
  }
}
