package io.countersign.signer;

import java.util.Random;

/** Small seeded mutations of octet strings. */
final class Fuzz {

  private static final String SPECIAL =
      "\r\n\t\0 %/.?&=+;:,-#@\"'*\\{}[]<>|^`~\u007f\u0080\u00a0\u00c3\u00ff0aAzZ9\u1234";

  private Fuzz() {}

  /** Up to four edits: delete, insert, replace, repeat, cut. */
  static String mutate(Random random, String text) {
    StringBuilder out = new StringBuilder(text);
    int edits = random.nextInt(5);
    for (int i = 0; i < edits && out.length() > 0; i++) {
      int at = random.nextInt(out.length());
      switch (random.nextInt(6)) {
        case 0 -> out.deleteCharAt(at);
        case 1 -> out.insert(at, special(random));
        case 2 -> out.setCharAt(at, special(random));
        case 3 -> out.insert(at, out.substring(at, Math.min(out.length(), at + random.nextInt(9))));
        case 4 -> out.setLength(at);
        default -> out.delete(at, Math.min(out.length(), at + random.nextInt(9)));
      }
    }
    return out.toString();
  }

  /** Octets without any form. */
  static String noise(Random random, int maxLength) {
    StringBuilder out = new StringBuilder();
    int length = random.nextInt(maxLength + 1);
    for (int i = 0; i < length; i++) {
      out.append(special(random));
    }
    return out.toString();
  }

  private static char special(Random random) {
    return random.nextInt(4) == 0
        ? (char) random.nextInt(256)
        : SPECIAL.charAt(random.nextInt(SPECIAL.length()));
  }
}
