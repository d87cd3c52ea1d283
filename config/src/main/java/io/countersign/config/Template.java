package io.countersign.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A text in which <code>${agent}</code> stands for the name of the agent. */
final class Template {
  static final String AGENT = "${agent}";

  private static final int HASH_CHARS = 16;

  private Template() {}

  static boolean hasAgent(String text) {
    return text.contains(AGENT);
  }

  /**
   * The text for an agent. One that is longer than {@code most} keeps its beginning, and a hash of
   * all of it takes the place of the rest; to one that is shorter than {@code least} a hash is
   * added.
   *
   * @param most at least 18
   */
  static String fill(String text, String agent, int least, int most) {
    String filled = text.replace(AGENT, agent);
    if (filled.length() < least) {
      return filled + "-" + hash(filled);
    }
    if (filled.length() <= most) {
      return filled;
    }
    int cut = most - HASH_CHARS - 1;
    if (Character.isHighSurrogate(filled.charAt(cut - 1))) {
      cut--;
    }
    return filled.substring(0, cut) + "-" + hash(filled);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_CHARS / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A text of a given form once it is filled; {@code pattern} is tried with a short name. */
  static Form<String> form(String words, String pattern, String says, String mend) {
    Pattern whole = Pattern.compile("\\A(?:" + pattern + ")\\z");
    return new Form<>() {
      @Override
      public @Nullable String read(Place at, Reading in) {
        Reading.Text text = in.template(at, words());
        if (text == null) {
          return null;
        }
        if (!whole.matcher(text.value().replace(AGENT, "agent")).matches()) {
          in.problem(at, Reading.shown(at) + " " + says, mend);
          return null;
        }
        return text.value();
      }

      @Override
      public String words() {
        return words + ", with `" + AGENT + "` for the agent's name";
      }

      @Override
      public ObjectNode schema() {
        return Schema.string();
      }
    };
  }
}
