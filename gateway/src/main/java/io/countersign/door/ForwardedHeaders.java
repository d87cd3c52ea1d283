package io.countersign.door;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which headers of a request go on to AWS. Hop-by-hop headers end here (RFC 9110 section 7.6.1),
 * and so does what a proxy or a browser adds: it says nothing to AWS and may say something about
 * the agent's network.
 */
final class ForwardedHeaders {
  private static final Set<String> ENDS_HERE =
      Set.of(
          "connection",
          "content-length",
          "cookie",
          "date",
          "expect",
          "forwarded",
          "host",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via",
          "x-real-ip");

  private static final String[] PREFIXES = {"x-forwarded-", "x-countersign-", "sec-"};
  private static final String[] NONE = {};

  /** Those of {@link #ENDS_HERE} by their length: most names are like none of them in that. */
  private static final List<String[]> BY_LENGTH =
      IntStream.rangeClosed(0, 20)
          .mapToObj(
              length -> ENDS_HERE.stream().filter(n -> n.length() == length).toArray(String[]::new))
          .toList();

  private ForwardedHeaders() {}

  static boolean forwards(String name, List<String> namedByConnection) {
    for (String here : name.length() < BY_LENGTH.size() ? BY_LENGTH.get(name.length()) : NONE) {
      if (here.equalsIgnoreCase(name)) {
        return false;
      }
    }
    for (String prefix : PREFIXES) {
      if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
        return false;
      }
    }
    return namedByConnection.isEmpty()
        || !namedByConnection.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * The headers that {@code Connection} names, in lower case.
   *
   * @throws Refused when it names one that the signature or the framing depends on: to drop it
   *     would change the request
   */
  static List<String> namedByConnection(Head head) throws Refused {
    List<String> names = List.of();
    for (int i = 0; i < head.headerCount(); i++) {
      if (!head.headerName(i).equalsIgnoreCase("connection")) {
        continue;
      }
      for (String item : head.headerValue(i).split(",", -1)) {
        String name = item.strip().toLowerCase(Locale.ROOT);
        if (name.isEmpty() || name.equals("close") || name.equals("keep-alive")) {
          continue;
        }
        if (name.equals("authorization")
            || name.equals("host")
            || name.equals("date")
            || name.startsWith("content-")
            || name.startsWith("x-amz-")) {
          throw new Refused(
              new Refusal(
                  Refusal.Kind.MALFORMED,
                  "bad-connection-header",
                  "Connection names '" + name + "', which is not a header of one hop",
                  "leave it out of Connection"));
        }
        if (names.isEmpty()) {
          names = new ArrayList<>();
        }
        names.add(name);
      }
    }
    return names;
  }
}
