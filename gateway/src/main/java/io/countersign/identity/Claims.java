package io.countersign.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The claims of a token: JSON that somebody else wrote. Immutable. */
final class Claims {
  /** The longest value that is taken, in characters. */
  static final int MAX_VALUE = 256;

  /** In seconds; the year 9999. */
  private static final long MAX_TIME = 253_402_300_799L;

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");

  private final Map<String, Object> members;

  Claims(Map<String, Object> members) {
    this.members = members;
  }

  /**
   * The text at a path of members; null where there is none.
   *
   * @throws TokenRefused when something else stands there, or too much
   */
  @Nullable String text(List<String> path) throws TokenRefused {
    Object value = at(path);
    if (value == null) {
      return null;
    }
    String text =
        switch (value) {
          case String string -> string;
          case Boolean flag -> flag.toString();
          case Long number -> number.toString();
          default -> throw bad(path, "is neither a text nor a whole number");
        };
    if (text.isEmpty() || text.length() > MAX_VALUE || CONTROL.matcher(text).find()) {
      throw bad(
          path, "is empty, longer than " + MAX_VALUE + " characters, or has control characters");
    }
    return text;
  }

  /** A time of RFC 7519 section 4.1.4; null where there is none. */
  @Nullable Instant time(String name) throws TokenRefused {
    Object value = members.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Number number) {
      double seconds = number.doubleValue();
      if (seconds >= 0 && seconds <= MAX_TIME) {
        return Instant.ofEpochSecond((long) seconds);
      }
    }
    throw bad(List.of(name), "is not a time in seconds since 1970");
  }

  /** Whether the claim is the text, or a list that has it. */
  boolean has(String name, List<String> anyOf) {
    return switch (members.get(name)) {
      case String one -> anyOf.contains(one);
      case List<?> several -> several.stream().anyMatch(anyOf::contains);
      case null, default -> false;
    };
  }

  private @Nullable Object at(List<String> path) {
    Object value = members;
    for (String name : path) {
      value = value instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return value;
  }

  private static TokenRefused bad(List<String> path, String says) {
    return TokenRefused.of(
        "bad-claim",
        "the token's claim '" + String.join(".", path) + "' " + says,
        "mend the claim at the issuer, or the configuration of identity");
  }
}
