package io.countersign.upstream;

import io.netty.util.AsciiString;

/**
 * The header names that a connection has seen, so that one that comes with every message is made
 * once. A table of fixed size with one place for each hash: a name that is new takes the place of
 * another, so nobody can make it grow.
 *
 * <p>Used on one event loop.
 */
public final class SeenNames {
  private static final int PLACES = 64;

  /** Longer names are seldom those of every message. */
  private static final int LONGEST = 40;

  private final AsciiString[] table = new AsciiString[PLACES];

  /** The name that these octets spell. */
  public AsciiString of(byte[] octets, int start, int length) {
    if (length == 0 || length > LONGEST) {
      return new AsciiString(octets, start, length, true);
    }
    int place =
        (length * 31 + octets[start] * 7 + octets[start + length - 1] + octets[start + length / 2])
            & (PLACES - 1);
    AsciiString seen = table[place];
    if (seen != null && spells(seen, octets, start, length)) {
      return seen;
    }
    AsciiString name = new AsciiString(octets, start, length, true);
    table[place] = name;
    return name;
  }

  private static boolean spells(AsciiString name, byte[] octets, int start, int length) {
    if (name.length() != length) {
      return false;
    }
    byte[] own = name.array();
    int offset = name.arrayOffset();
    for (int i = 0; i < length; i++) {
      if (own[offset + i] != octets[start + i]) {
        return false;
      }
    }
    return true;
  }
}
