package io.countersign.credentials;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes text of others fit for a message. */
final class Text {
  private static final int MOST = 500;

  private Text() {}

  /** One line of bounded length in which none of the secrets stands. */
  static String clean(String text, List<String> secrets) {
    String clean = text;
    for (String secret : secrets) {
      if (secret.length() >= 8) {
        // A server may repeat the form as it came, where the secret is percent-encoded.
        clean =
            clean
                .replace(secret, "<redacted>")
                .replace(URLEncoder.encode(secret, StandardCharsets.UTF_8), "<redacted>");
      }
    }
    clean = clean.replaceAll("\\p{Cntrl}+", " ").strip();
    return clean.length() <= MOST ? clean : clean.substring(0, MOST) + "…";
  }
}
