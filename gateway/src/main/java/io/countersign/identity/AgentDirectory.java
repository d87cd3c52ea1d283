package io.countersign.identity;

import io.countersign.config.Agent;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agents and their bearer tokens. Of each token only a salted SHA-256 is kept. A presented
 * token is hashed first and only its hash is compared, the whole of it in constant time; since the
 * salt is drawn when the directory is made and never leaves it, the time that a look-up takes says
 * nothing about any token.
 *
 * <p>Immutable and thread-safe.
 */
public final class AgentDirectory {
  /** The longest token that is looked at, in characters. */
  public static final int MAX_TOKEN_LENGTH = 4096;

  private static final Identification ABSENT = new Identification.Absent();
  private static final Identification UNKNOWN = new Identification.Unknown();
  private static final String BEARER = "Bearer";
  private static final int SALT_BYTES = 32;

  private final byte[] salt;
  private final Map<Long, List<Entry>> byHashPrefix;

  private static final class Entry {
    final byte[] hash;
    final Identification.Known known;

    Entry(byte[] hash, Agent agent) {
      this.hash = hash;
      known = new Identification.Known(agent);
    }

    Agent agent() {
      return known.agent();
    }
  }

  private AgentDirectory(byte[] salt, Map<Long, List<Entry>> byHashPrefix) {
    this.salt = salt;
    this.byHashPrefix = byHashPrefix;
  }

  /**
   * Hashes the tokens of the configured agents.
   *
   * @throws IllegalArgumentException when two agents have the same token, or a token is one that
   *     could never be presented: empty, longer than {@link #MAX_TOKEN_LENGTH}, or with anything
   *     but visible ASCII in it. The message names the agents, never the token
   */
  public static AgentDirectory of(GatewayConfig config) {
    return of(config, new SecureRandom());
  }

  /** As {@link #of(GatewayConfig)}, with the randomness that the salt is drawn from. */
  static AgentDirectory of(GatewayConfig config, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Map<Long, List<Entry>> table = new HashMap<>();
    for (Agent configured : config.agents().values()) {
      Agent agent = withoutTokens(configured);
      int index = 0;
      for (Secret token : configured.tokens()) {
        String problem = problemOf(token.reveal());
        if (problem != null) {
          throw new IllegalArgumentException(
              "agents." + agent.name() + ".token[" + index + "]: " + problem);
        }
        byte[] hash = hash(salt, token.reveal());
        Entry earlier = find(table, hash);
        if (earlier == null) {
          table.computeIfAbsent(prefix(hash), p -> new ArrayList<>(1)).add(new Entry(hash, agent));
        } else if (!earlier.agent().name().equals(agent.name())) {
          throw new IllegalArgumentException(
              "agents."
                  + earlier.agent().name()
                  + " and agents."
                  + agent.name()
                  + " have the same token; give each agent its own");
        }
        index++;
      }
    }
    return new AgentDirectory(salt, Map.copyOf(table));
  }

  /**
   * The agent that has this token, or null. What cannot be a token is no agent's.
   *
   * @param presented the token itself, without a scheme
   */
  public @Nullable Agent byToken(String presented) {
    if (problemOf(presented) != null) {
      return null;
    }
    Entry entry = find(byHashPrefix, hash(salt, presented));
    return entry == null ? null : entry.agent();
  }

  /**
   * Reads the value of an {@code Authorization} header: {@code Bearer <token>} (RFC 6750 section
   * 2.1; the scheme in any case, as RFC 9110 section 11.1 has it) or the bare token, which is what
   * the AWS SDKs send to a container-credentials endpoint from {@code
   * AWS_CONTAINER_AUTHORIZATION_TOKEN}.
   *
   * @param authorization the header's value, or null if there is none
   */
  public Identification identify(@Nullable String authorization) {
    if (authorization == null) {
      return ABSENT;
    }
    int start = 0;
    int end = authorization.length();
    while (start < end && isBlank(authorization.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(authorization.charAt(end - 1))) {
      end--;
    }
    if (start == end) {
      return ABSENT;
    }
    int schemeEnd = start;
    while (schemeEnd < end && !isBlank(authorization.charAt(schemeEnd))) {
      schemeEnd++;
    }
    boolean bearer =
        schemeEnd - start == BEARER.length()
            && authorization.regionMatches(true, start, BEARER, 0, BEARER.length());
    if (bearer) {
      start = schemeEnd;
      while (start < end && isBlank(authorization.charAt(start))) {
        start++;
      }
      if (start == end) {
        return new Identification.Malformed("no token follows Bearer");
      }
    } else if (schemeEnd < end) {
      return new Identification.Malformed(
          authorization.startsWith("AWS4-", start)
              ? "it is an AWS signature, and a token is expected here"
              : "its scheme is not Bearer, and it is not a bare token");
    }
    String token = authorization.substring(start, end);
    String problem = problemOf(token);
    if (problem != null) {
      return new Identification.Malformed(problem);
    }
    Entry entry = find(byHashPrefix, hash(salt, token));
    return entry == null ? UNKNOWN : entry.known;
  }

  /**
   * As {@link #identify(String)}, for all {@code Authorization} headers of a request. More than one
   * is refused: which of them counts is a question that two parsers answer differently.
   */
  public Identification identify(List<String> authorizations) {
    return switch (authorizations.size()) {
      case 0 -> ABSENT;
      case 1 -> identify(authorizations.getFirst());
      default -> new Identification.Malformed("there is more than one Authorization header");
    };
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static @Nullable String problemOf(String token) {
    if (token.isEmpty()) {
      return "the token is empty";
    }
    if (token.length() > MAX_TOKEN_LENGTH) {
      return "the token is longer than " + MAX_TOKEN_LENGTH + " characters";
    }
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c <= ' ' || c > '~') {
        return "a token has only visible ASCII characters and no spaces";
      }
    }
    return null;
  }

  private static @Nullable Entry find(Map<Long, List<Entry>> table, byte[] hash) {
    List<Entry> entries = table.get(prefix(hash));
    if (entries == null) {
      return null;
    }
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.hash, hash)) {
        return entry;
      }
    }
    return null;
  }

  private static Long prefix(byte[] hash) {
    long prefix = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      prefix = prefix << 8 | (hash[i] & 0xff);
    }
    return prefix;
  }

  private static byte[] hash(byte[] salt, String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      return digest.digest(token.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What goes on into a request carries no token, not even a redacted one. */
  static Agent withoutTokens(Agent agent) {
    return new Agent(agent.name(), List.of(), agent.allow(), agent.deny());
  }

  /** How many tokens there are, and nothing about them. */
  @Override
  public String toString() {
    return "AgentDirectory[tokens="
        + byHashPrefix.values().stream().mapToInt(List::size).sum()
        + "]";
  }
}
