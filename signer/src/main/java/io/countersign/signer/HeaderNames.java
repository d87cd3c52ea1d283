package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Header names: tokens of RFC 9110, section 5.6.2, compared in lower case. */
final class HeaderNames {

  /** For each char of a token its lower case, and 0 for any other. */
  private static final byte[] LOWER = new byte[128];

  static {
    for (byte c = '0'; c <= '9'; c++) {
      LOWER[c] = c;
    }
    for (byte c = 'a'; c <= 'z'; c++) {
      LOWER[c] = c;
      LOWER[c - 32] = c;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      LOWER[c] = (byte) c;
    }
  }

  /** A longer name than this is none that many requests have. */
  private static final int MAX_KEPT = 64;

  /** Clients write few names; a race costs one that is lowered again. */
  private static final @Nullable Lowered[] RECENT = new Lowered[64];

  private HeaderNames() {}

  private record Lowered(String name, String lower) {}

  static boolean isToken(String s) {
    int n = s.length();
    for (int i = 0; i < n; i++) {
      char c = s.charAt(i);
      if (c >= 128 || LOWER[c] == 0) {
        return false;
      }
    }
    return n > 0;
  }

  /** Whether this is a token without letters of upper case. */
  static boolean isLowerToken(String s) {
    int n = s.length();
    for (int i = 0; i < n; i++) {
      char c = s.charAt(i);
      if (c == 0 || c >= 128 || LOWER[c] != c) {
        return false;
      }
    }
    return n > 0;
  }

  /** The lower-case form, mostly found among the names that came by lately. */
  static String lower(String name) throws MalformedRequestException {
    int hash = name.hashCode();
    int place = (hash ^ hash >>> 16) & (RECENT.length - 1);
    Lowered last = RECENT[place];
    if (last != null && last.name.equals(name)) {
      return last.lower;
    }
    String lower = lowerAnew(name);
    if (lower.length() <= MAX_KEPT) {
      RECENT[place] = new Lowered(name, lower);
    }
    return lower;
  }

  /** The lower-case form, the same object if it is that already. */
  private static String lowerAnew(String name) throws MalformedRequestException {
    byte[] octets = name.getBytes(StandardCharsets.ISO_8859_1); // none of a token becomes a '?'
    int changed = 0;
    for (int i = 0; i < octets.length; i++) {
      byte octet = octets[i];
      byte lower = octet < 0 ? 0 : LOWER[octet];
      if (lower == 0) {
        throw new MalformedRequestException("a header name has a character that it must not", i);
      }
      changed |= octet ^ lower;
      octets[i] = lower;
    }
    if (octets.length == 0) {
      throw new MalformedRequestException("a header name is empty");
    }
    return changed == 0 ? name : new String(octets, StandardCharsets.ISO_8859_1);
  }
}
