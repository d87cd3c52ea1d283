package io.countersign.sandbox;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whoever's signature was found good.
 *
 * @param arn of the user, or of the assumed-role session
 * @param userId as GetCallerIdentity shows it
 * @param principal what a trust policy would name: the user's or the role's ARN
 * @param actions patterns that the identity's policies allow
 * @param session present for role sessions
 */
record Caller(
    String arn, String userId, String principal, List<String> actions, @Nullable Session session) {

  /**
   * A role session's keys.
   *
   * @param accessKeyId begins with ASIA
   * @param secretAccessKey the secret
   * @param token the session token
   * @param expiration when AWS stops accepting them
   * @param tags session tags
   * @param transitiveKeys lower-case keys of the tags that are inherited down a chain
   */
  record Session(
      String accessKeyId,
      String secretAccessKey,
      String token,
      Instant expiration,
      Map<String, String> tags,
      Set<String> transitiveKeys) {}

  String account() {
    return principal.split(":", -1)[4];
  }

  boolean may(String action) {
    return actions.stream().anyMatch(pattern -> matches(pattern, action));
  }

  /** IAM's action patterns: {@code *} for any run of characters, compared without case. */
  static boolean matches(String pattern, String action) {
    return glob(pattern.toLowerCase(Locale.ROOT), action.toLowerCase(Locale.ROOT));
  }

  private static boolean glob(String pattern, String text) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(text);
    }
    if (!text.startsWith(pattern.substring(0, star))) {
      return false;
    }
    String rest = pattern.substring(star + 1);
    for (int i = star; i <= text.length(); i++) {
      if (glob(rest, text.substring(i))) {
        return true;
      }
    }
    return false;
  }
}
