package io.countersign.door;

import io.countersign.answer.BadExpressionException;
import io.countersign.answer.JmesPath;
import io.countersign.catalog.Nearest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the query string of a call at the tool door asks of its answer.
 *
 * @param select what of the output is wanted; null for all
 * @param keepEmpty whether empty members stay
 * @param maxBytes how long the answer may be; 0 where that was not asked
 * @param pages how many pages are read at most; 0 where that was not asked
 * @param maxItems how many items are answered at most; 0 where that was not asked
 * @param next where to go on, as an answer before gave it; null for the beginning
 * @param waiter the waiter's name, or {@link #ONLY}; null for none
 * @param waitSeconds how long to wait at most
 */
public record CallOptions(
    @Nullable JmesPath select,
    boolean keepEmpty,
    long maxBytes,
    int pages,
    long maxItems,
    @Nullable String next,
    @Nullable String waiter,
    int waitSeconds) {
  /** No parameter at all. */
  public static final CallOptions NONE =
      new CallOptions(null, false, 0, 0, 0, null, null, CallOptions.DEFAULT_WAIT);

  /** For {@link #pages}: as many as there are. */
  public static final int ALL = Integer.MAX_VALUE;

  /** For {@link #waiter}: the operation's only waiter. */
  public static final String ONLY = "true";

  static final long LEAST_BYTES = 1_024;
  static final long MOST_BYTES = 32L << 20;
  static final int MOST_PAGES = 10_000;
  static final long MOST_ITEMS = 1_000_000;
  static final int MOST_WAIT = 900;
  static final int DEFAULT_WAIT = 30;
  static final int LONGEST_NEXT = 32_768;

  private static final List<String> NAMES =
      List.of("select", "empty", "max_bytes", "pages", "max_items", "next", "wait", "wait_seconds");

  /**
   * Reads the parameters.
   *
   * @throws Refused naming the parameter that is unknown, out of range, or cannot stand with others
   */
  public static CallOptions parse(Map<String, String> query) throws Refused {
    if (query.isEmpty()) {
      return NONE;
    }
    for (String name : query.keySet()) {
      if (!NAMES.contains(name)) {
        throw bad(
            "'" + name + "' is no parameter of a call",
            Nearest.of(name, NAMES)
                .map(near -> "did you mean " + near + "? ")
                .orElse("")
                .concat("The parameters are " + String.join(", ", NAMES)));
      }
    }
    String wait = query.get("wait");
    if (wait != null) {
      for (String other : List.of("pages", "max_items", "next")) {
        if (query.containsKey(other)) {
          throw bad("wait and " + other + " cannot stand together", "leave one of them out");
        }
      }
    } else if (query.containsKey("wait_seconds")) {
      throw bad("wait_seconds stands without wait", "name the waiter too: wait=true");
    }
    return new CallOptions(
        select(query.get("select")),
        keepEmpty(query.get("empty")),
        whole(query, "max_bytes", LEAST_BYTES, MOST_BYTES, 0),
        pages(query),
        whole(query, "max_items", 1, MOST_ITEMS, 0),
        next(query.get("next")),
        wait == null || !wait.isEmpty() ? wait : ONLY,
        (int) whole(query, "wait_seconds", 0, MOST_WAIT, DEFAULT_WAIT));
  }

  private static @Nullable JmesPath select(@Nullable String text) throws Refused {
    if (text == null) {
      return null;
    }
    try {
      return JmesPath.parse(text);
    } catch (BadExpressionException e) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "bad-expression",
              "select cannot be read: " + e.getMessage(),
              "write it in JMESPath, such as Contents[?Size > `1000`].Key, and percent-encode it"));
    }
  }

  private static boolean keepEmpty(@Nullable String text) throws Refused {
    if (text != null && !text.equals("keep") && !text.equals("drop")) {
      throw bad("empty is '" + text + "'", "it is drop, the default, or keep");
    }
    return "keep".equals(text);
  }

  /** Who names a bound or a place to go on wants pages, as many as that takes. */
  private static int pages(Map<String, String> query) throws Refused {
    String text = query.get("pages");
    if (text == null) {
      return query.containsKey("max_items") ? ALL : query.containsKey("next") ? 1 : 0;
    }
    return text.equals("all") ? ALL : (int) whole(query, "pages", 1, MOST_PAGES, 0);
  }

  private static @Nullable String next(@Nullable String text) throws Refused {
    if (text != null && (text.isEmpty() || text.length() > LONGEST_NEXT)) {
      throw bad("next is no token of an answer", "take next as the answer before gave it");
    }
    return text;
  }

  private static long whole(
      Map<String, String> query, String name, long least, long most, long otherwise)
      throws Refused {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    boolean digits =
        !text.isEmpty() && text.length() <= 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    long value = digits ? Long.parseLong(text) : -1;
    if (value < least || value > most) {
      throw bad(
          name + " is '" + text + "'",
          "it is a whole number from "
              + least
              + " to "
              + most
              + (name.equals("pages") ? ", or all" : ""));
    }
    return value;
  }

  private static Refused bad(String detail, String hint) {
    return new Refused(new Refusal(Refusal.Kind.MALFORMED, "bad-parameter", detail, hint));
  }

  /** Whether the answer is an object that has the output in it, and what there is to say of it. */
  public boolean enveloped() {
    return maxBytes > 0 || paged() || waiter != null;
  }

  /** Whether the model's paginator is followed. */
  public boolean paged() {
    return pages > 0;
  }
}
