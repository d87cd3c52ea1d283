package io.countersign.identity;

import io.countersign.config.Agent;
import io.countersign.config.ClientCertificates;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Kubernetes;
import io.countersign.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The agents, and who of them a request's {@code Authorization} header is. Of each bearer token
 * only a salted hash is kept: SHA-256 over the salt and the token's own SHA-256, which is what the
 * configuration may hold in place of the token. A presented token is hashed first and only its hash
 * is compared, the whole of it in constant time; since the salt is drawn when the directory is made
 * and never leaves it, the time that a look-up takes says nothing about any token.
 *
 * <p>Signed tokens are verified once and then known by the same hash until they expire, and for
 * {@link #VERIFIED_FOR} at most.
 *
 * <p>Immutable but for the signed tokens that were verified; thread-safe. Nothing but {@link
 * #verify} blocks.
 */
public final class AgentDirectory {
  /** The longest bearer token that is looked at, in characters. */
  public static final int MAX_TOKEN_LENGTH = 4096;

  /** After this a signed token is verified anew, so that a key that its issuer withdrew ends. */
  static final Duration VERIFIED_FOR = Duration.ofMinutes(10);

  /** How many tokens may be verified at a time; each may wait for its issuer. */
  static final int VERIFICATIONS = 64;

  private static final Identification ABSENT = new Identification.Absent();
  private static final Identification UNKNOWN = new Identification.Unknown();
  private static final Identification.Refused BUSY =
      new Identification.Refused(
          "verification-busy",
          "more new tokens come than can be verified",
          "try again in a second",
          true);
  private static final String BEARER = "Bearer";
  private static final int SALT_BYTES = 32;
  private static final int VERIFIED_TOKENS = 4096;

  /** A digest that a thread has for itself; {@code digest} leaves it as new. */
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(AgentDirectory::sha256);

  private final byte[] salt;
  private final Map<Long, List<Entry>> byHashPrefix;
  private final @Nullable SignedTokens signed;
  private final Map<String, Agent> byCertificate;
  private final InstantSource clock;
  private final Duration reviewFor;
  private final VerifiedTokens verified;
  private final Semaphore verifications = new Semaphore(VERIFICATIONS);

  private static final class Entry {
    final byte[] hash;
    final Identification.Known known;

    Entry(byte[] hash, Agent agent) {
      this.hash = hash;
      known = new Identification.Known(Caller.of(agent, Caller.Kind.BEARER_TOKEN));
    }

    Agent agent() {
      return known.agent();
    }
  }

  private AgentDirectory(
      byte[] salt,
      Map<Long, List<Entry>> byHashPrefix,
      @Nullable SignedTokens signed,
      Map<String, Agent> byCertificate,
      Duration reviewFor,
      InstantSource clock) {
    this.salt = salt;
    this.byHashPrefix = byHashPrefix;
    this.signed = signed;
    this.byCertificate = Map.copyOf(byCertificate);
    this.reviewFor = reviewFor;
    this.clock = clock;
    this.verified = new VerifiedTokens(signed == null ? 2 : VERIFIED_TOKENS);
  }

  /**
   * Hashes the tokens of the configured agents, and takes the signed tokens of its issuers.
   *
   * @param issuers whose keys may be there already
   * @throws IllegalArgumentException when two agents have the same token, or a token is one that
   *     could never be presented: empty, longer than {@link #MAX_TOKEN_LENGTH}, or with anything
   *     but visible ASCII in it. The message names the agents, never the token
   */
  public static AgentDirectory of(GatewayConfig config, Issuers issuers) {
    return of(config, issuers, new SecureRandom());
  }

  /** As {@link #of(GatewayConfig, Issuers)}, with the randomness that the salt is drawn from. */
  static AgentDirectory of(GatewayConfig config, Issuers issuers, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Map<Long, List<Entry>> table = new HashMap<>();
    for (Agent configured : config.agents().values()) {
      Agent agent = withoutTokens(configured);
      int index = 0;
      for (Secret token : configured.tokens()) {
        String problem = problemOf(token.reveal(), MAX_TOKEN_LENGTH);
        if (problem != null) {
          throw new IllegalArgumentException(
              "agents." + agent.name() + ".token[" + index + "]: " + problem);
        }
        byte[] hash = salted(salt, unsalted(token.reveal()));
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
    Kubernetes cluster = config.identity().kubernetes();
    ClientCertificates certificates = config.identity().clientCertificates();
    return new AgentDirectory(
        salt,
        Map.copyOf(table),
        issuers.under(config),
        certificates == null ? Map.of() : Issuers.named(certificates.agents(), config),
        cluster == null || cluster.reviewFor() == null ? VERIFIED_FOR : cluster.reviewFor(),
        issuers.clock());
  }

  /**
   * The agent that has this token, or null. What cannot be a token is no agent's.
   *
   * @param presented the token itself, without a scheme
   */
  public @Nullable Agent byToken(String presented) {
    if (problemOf(presented, MAX_TOKEN_LENGTH) != null) {
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
    boolean maybeSigned = signed != null && SignedTokens.looksSigned(token);
    String problem = problemOf(token, maybeSigned ? SignedTokens.MAX_LENGTH : MAX_TOKEN_LENGTH);
    if (problem != null) {
      return new Identification.Malformed(problem);
    }
    byte[] hash = hash(salt, token);
    Entry entry = find(byHashPrefix, hash);
    if (entry != null) {
      return entry.known;
    }
    if (!maybeSigned) {
      return UNKNOWN;
    }
    Identification known = verified.get(hash, clock.millis());
    return known != null ? known : new Identification.Unverified(token, hash);
  }

  /**
   * Says whose a signed token is. It may ask the issuer, or the cluster, and wait for the answer.
   *
   * @return known or refused
   */
  public Identification verify(Identification.Unverified token) {
    if (signed == null) {
      return UNKNOWN;
    }
    if (!verifications.tryAcquire()) {
      return BUSY;
    }
    try {
      Caller caller = signed.verify(token.token());
      Instant end = clock.instant().plus(holds(caller));
      Instant expiration = caller.expiration();
      if (expiration != null && expiration.isBefore(end)) {
        end = expiration;
      }
      Identification.Known known = new Identification.Known(caller);
      verified.put(token.hash(), known, end.toEpochMilli());
      return known;
    } catch (TokenRefused refused) {
      return refused.identification();
    } finally {
      verifications.release();
    }
  }

  /**
   * Whose certificate it is, under this configuration and now; null where it is none of an agent,
   * has ended, or names two agents.
   */
  public @Nullable Caller byCertificate(PeerCertificate certificate) {
    Agent agent = null;
    for (String name : certificate.names()) {
      Agent named = byCertificate.get(name);
      if (named != null && agent != null && !named.name().equals(agent.name())) {
        return null;
      }
      agent = named == null ? agent : named;
    }
    return agent == null || !clock.instant().isBefore(certificate.notAfter())
        ? null
        : new Caller(agent, Caller.Kind.CLIENT_CERTIFICATE, null, Map.of(), certificate.notAfter());
  }

  private Duration holds(Caller caller) {
    return caller.kind() == Caller.Kind.KUBERNETES && reviewFor.compareTo(VERIFIED_FOR) < 0
        ? reviewFor
        : VERIFIED_FOR;
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

  private static @Nullable String problemOf(String token, int longest) {
    if (token.isEmpty()) {
      return "the token is empty";
    }
    if (token.length() > longest) {
      return "the token is longer than " + longest + " characters";
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
    return salted(salt, SHA_256.get().digest(token.getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] salted(byte[] salt, byte[] hash) {
    MessageDigest digest = SHA_256.get();
    digest.update(salt);
    return digest.digest(hash);
  }

  /** The SHA-256 of a configured token, which may be all that the configuration has. */
  private static byte[] unsalted(String configured) {
    return configured.startsWith(Agent.HASHED)
        ? HexFormat.of().parseHex(configured, Agent.HASHED.length(), configured.length())
        : SHA_256.get().digest(configured.getBytes(StandardCharsets.US_ASCII));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
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
