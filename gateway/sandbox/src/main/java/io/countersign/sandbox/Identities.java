package io.countersign.sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which access key ID belongs to whom, and the sessions that were issued. Thread-safe. */
final class Identities {
  /** A key's owner and secret. */
  record Key(String secretAccessKey, Caller caller) {}

  private final Accounts accounts;
  private final Random random;
  private final Map<String, Key> keys = new ConcurrentHashMap<>();

  Identities(Accounts accounts, Random random) {
    this.accounts = accounts;
    this.random = random;
    for (Accounts.User user : accounts.users()) {
      Caller caller =
          new Caller(user.arn(), uniqueId("AIDA", user.arn()), user.arn(), user.actions(), null);
      keys.put(user.accessKeyId(), new Key(user.secretAccessKey(), caller));
    }
  }

  @Nullable Key key(String accessKeyId) {
    return keys.get(accessKeyId);
  }

  Optional<Accounts.Role> role(String arn) {
    return accounts.roles().stream().filter(role -> role.arn().equals(arn)).findFirst();
  }

  /**
   * Issues a session of the role; {@code parent} is null where the caller was not itself a session.
   */
  Caller issue(
      Accounts.Role role,
      String sessionName,
      Instant expiration,
      Map<String, String> tags,
      Set<String> transitiveKeys,
      Caller.@Nullable Session parent,
      @Nullable List<String> sessionPolicy) {
    Map<String, String> allTags = new LinkedHashMap<>();
    Set<String> allTransitive = new LinkedHashSet<>(transitiveKeys);
    if (parent != null) {
      parent
          .tags()
          .forEach(
              (key, value) -> {
                if (parent.transitiveKeys().contains(key.toLowerCase(java.util.Locale.ROOT))) {
                  allTags.put(key, value);
                }
              });
      allTransitive.addAll(parent.transitiveKeys());
    }
    allTags.putAll(tags);
    String[] arn = role.arn().split(":", -1);
    String roleName = role.arn().substring(role.arn().lastIndexOf('/') + 1);
    Caller.Session session =
        new Caller.Session(
            "ASIA" + letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
            letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40),
            token(),
            expiration,
            Map.copyOf(allTags),
            Set.copyOf(allTransitive));
    Caller caller =
        new Caller(
            "arn:" + arn[1] + ":sts::" + arn[4] + ":assumed-role/" + roleName + "/" + sessionName,
            uniqueId("AROA", role.arn()) + ":" + sessionName,
            role.arn(),
            sessionPolicy == null ? role.actions() : intersect(role.actions(), sessionPolicy),
            session);
    keys.put(session.accessKeyId(), new Key(session.secretAccessKey(), caller));
    return caller;
  }

  /** What both lists allow: a pattern of one that the other covers. */
  private static List<String> intersect(List<String> role, List<String> policy) {
    List<String> both = new ArrayList<>();
    for (String pattern : policy) {
      if (role.stream().anyMatch(wide -> Caller.matches(wide, pattern))) {
        both.add(pattern);
      }
    }
    for (String pattern : role) {
      if (policy.stream().anyMatch(wide -> Caller.matches(wide, pattern))) {
        both.add(pattern);
      }
    }
    return both;
  }

  /** Stable for a name, in the form of IAM's unique IDs. */
  static String uniqueId(String prefix, String name) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    Random derived = new Random(name.hashCode());
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < 17; i++) {
      id.append(alphabet.charAt(derived.nextInt(alphabet.length())));
    }
    return id.toString();
  }

  private String token() {
    byte[] bytes = new byte[420];
    random.nextBytes(bytes);
    return "IQoJb3JpZ2luX2Vj" + Base64.getEncoder().encodeToString(bytes);
  }

  private String letters(String alphabet, int count) {
    StringBuilder out = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }
}
