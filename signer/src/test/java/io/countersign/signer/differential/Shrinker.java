package io.countersign.signer.differential;

import io.countersign.signer.AwsCredentials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Makes a failing case as small as it gets while it still fails in the same way. */
final class Shrinker {

  /** Trying is cheap, but a case of 200 parameters and 100 headers has many smaller ones. */
  private static final int MAX_TRIES = 600;

  private Shrinker() {}

  static Case shrink(Case failing, Predicate<Case> stillFails) {
    Case smallest = failing;
    int tries = 0;
    boolean smaller = true;
    while (smaller && tries < MAX_TRIES) {
      smaller = false;
      for (Case candidate : candidates(smallest)) {
        if (candidate.equals(smallest)) {
          continue;
        }
        tries++;
        if (stillFails.test(candidate)) {
          smallest = candidate;
          smaller = true;
          break;
        }
        if (tries >= MAX_TRIES) {
          break;
        }
      }
    }
    return smallest;
  }

  /** Smaller cases, the boldest first. */
  private static List<Case> candidates(Case c) {
    List<Case> all = new ArrayList<>();
    all.add(c.withBody(""));
    all.add(c.withMethod("GET"));
    all.add(c.withQuery(""));
    all.add(c.withPath("/"));
    all.add(c.withModes(false, c.unsignedPayload()));
    all.add(c.withModes(c.presigned(), false));
    all.add(c.with(c.parameters().withContentHashHeader(false)));
    all.add(c.withCredentials(AwsCredentials.of("AKID", "secret", null)));
    all.add(c.withCredentials(AwsCredentials.of("AKID", "secret", c.credentials().sessionToken())));
    for (List<Case.Header> fewer : without(c.headers())) {
      all.add(c.withHeaders(fewer));
    }
    for (List<String> fewer : without(Arrays.asList(c.query().split("&", -1)))) {
      all.add(c.withQuery(String.join("&", fewer)));
    }
    for (List<String> fewer : without(Arrays.asList(c.path().split("/", -1)))) {
      all.add(c.withPath(String.join("/", fewer)));
    }
    for (int i = 0; i < c.headerCount(); i++) {
      for (String shorter : shorter(c.headerValue(i))) {
        List<Case.Header> changed = new ArrayList<>(c.headers());
        changed.set(i, new Case.Header(c.headerName(i), shorter));
        all.add(c.withHeaders(changed));
      }
    }
    shorter(c.query()).forEach(shorter -> all.add(c.withQuery(shorter)));
    shorter(c.path()).forEach(shorter -> all.add(c.withPath(shorter)));
    return all;
  }

  /** The list without its halves, its quarters, and so on, down to each single element. */
  private static <T> List<List<T>> without(List<T> list) {
    List<List<T>> all = new ArrayList<>();
    for (int size = Math.max(1, list.size() / 2); size >= 1; size /= 2) {
      for (int from = 0; from + size <= list.size(); from += size) {
        List<T> fewer = new ArrayList<>(list.subList(0, from));
        fewer.addAll(list.subList(from + size, list.size()));
        all.add(fewer);
      }
    }
    return all;
  }

  /** The text without each of its chars, for texts that are not long. */
  private static List<String> shorter(String text) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < text.length() && text.length() < 200; i++) {
      all.add(text.substring(0, i) + text.substring(i + 1));
    }
    return all;
  }
}
