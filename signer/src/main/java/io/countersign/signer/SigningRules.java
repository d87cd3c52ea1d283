package io.countersign.signer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a request must keep to before it is signed, whatever the algorithm. */
final class SigningRules {

  private SigningRules() {}

  static void checkExpires(Duration expires) {
    if (expires.toSeconds() < 1 || expires.compareTo(Signer.MAX_EXPIRES) > 0) {
      throw new IllegalArgumentException(
          "a presigned URL is good for 1 to 604800 seconds, not for " + expires);
    }
  }

  static void refuseSigned(QueryTable query) throws MalformedRequestException {
    String key = query.authenticationKey();
    if (key != null) {
      throw new MalformedRequestException(
          "the query is signed already ("
              + key
              + "): sign what CanonicalQuery.withoutAuthentication leaves of it");
    }
  }

  /**
   * Gathers the headers to sign; answers whether the request has x-amz-content-sha256.
   *
   * @param replaced says of a header that the signer sets it itself
   */
  static boolean collect(
      Fields fields, RequestView request, HeaderSelection selection, Predicate<String> replaced)
      throws MalformedRequestException {
    List<String> hopByHop = namedByConnection(request);
    boolean hashHeader = false;
    int hosts = 0;
    if (hopByHop.contains("host")) {
      throw new MalformedRequestException(
          "the Connection header names host, so that the next hop would take away what every"
              + " signature covers");
    }
    for (int i = 0; i < request.headerCount(); i++) {
      String name = HeaderNames.lower(request.headerName(i));
      if (name.equals("x-amz-content-sha256")) {
        hashHeader = true;
      }
      if (!replaced.test(name) && selection.signs(name) && !hopByHop.contains(name)) {
        fields.add(name, request.headerValue(i));
        hosts += name.equals("host") ? 1 : 0;
      }
    }
    if (hosts != 1) {
      throw new MalformedRequestException(
          hosts == 0
              ? "the request has no Host header, which every signature covers"
              : "the request has " + hosts + " Host headers");
    }
    return hashHeader;
  }

  /** The lower-case names that Connection headers list: the next hop takes these away. */
  static List<String> namedByConnection(RequestView request) throws MalformedRequestException {
    List<String> names = List.of();
    for (int i = 0; i < request.headerCount(); i++) {
      if (request.headerName(i).equalsIgnoreCase("connection")) {
        for (String item : request.headerValue(i).split(",", -1)) {
          String name = item.strip();
          if (!name.isEmpty()) {
            if (names.isEmpty()) {
              names = new ArrayList<>();
            }
            names.add(HeaderNames.lower(name));
          }
        }
      }
    }
    return names;
  }
}
