package io.countersign.identity;

import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Secret;
import io.countersign.config.VirtualCredentials;
import io.countersign.signer.AwsCredentials;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that agents sign with in place of AWS's. They are derived by HMAC from the
 * gateway's key, so that nothing is stored and any replica with the same key can check them; they
 * are good for nothing outside the gateway.
 *
 * <p>An access key ID names its agent and connector by keyed hashes and says when it expires; its
 * tag proves that this gateway made it. The secret is derived from the ID. Nothing revokes a single
 * key before it expires: remove the agent (its keys die with it) or change the gateway's key.
 *
 * <p>Immutable but for a cache of what was resolved; thread-safe; never blocks.
 */
public final class VirtualKeys {
  /** The shortest life of the credentials that {@code /v1/credentials} answers. */
  public static final Duration MIN_CONTAINER_TTL = Duration.ofMinutes(15);

  /** The longest life of the credentials that {@code /v1/credentials} answers. */
  public static final Duration MAX_CONTAINER_TTL = Duration.ofHours(1);

  /** The shortest life of any. */
  public static final Duration MIN_TTL = Duration.ofSeconds(1);

  /** What stands for the session token. It is not checked, and says so. */
  public static final String SESSION_TOKEN =
      "countersign-virtual-credentials-need-no-session-token";

  private static final int CACHED_KEYS = 4096;
  private static final int RANDOM_KEY_BYTES = 32;
  private static final long MAX_EXPIRY_SECONDS = 0xffff_ffffL;

  /** AWS's form: a four-letter prefix that begins with A, then base 32. */
  private static final Pattern AWS_FORM = Pattern.compile("A[A-Z]{3}[A-Z0-9]{12,124}");

  private static final Resolution FORGED = new Resolution.Forged();
  private static final Resolution OTHER_GATEWAY = new Resolution.OtherGateway();
  private static final Resolution UNKNOWN_AGENT = new Resolution.UnknownAgent();

  private final GatewayKey key;
  private final boolean randomKey;
  private final VirtualCredentials settings;
  private final Map<Long, Agent> agents;
  private final Map<String, Long> agentReferences;
  private final Map<Long, Connector> connectors;
  private final Map<String, Long> connectorReferences;
  private final Clock clock;
  private final SecureRandom random;
  private final ResolvedKeys resolved = new ResolvedKeys(CACHED_KEYS);

  private VirtualKeys(
      GatewayConfig config, GatewayKey key, boolean randomKey, Clock clock, SecureRandom random) {
    this.key = key;
    this.randomKey = randomKey;
    this.clock = clock;
    this.random = random;
    settings = config.virtualCredentials();
    Duration ttl = settings.ttl();
    if (ttl.compareTo(MIN_CONTAINER_TTL) < 0 || ttl.compareTo(MAX_CONTAINER_TTL) > 0) {
      throw new IllegalArgumentException(
          "virtual-credentials.ttl: " + ttl + " is not within 15 minutes to 1 hour");
    }
    agents = new HashMap<>();
    agentReferences = new HashMap<>();
    for (Agent agent : config.agents().values()) {
      long reference = key.agentReference(agent.name());
      Agent other = agents.put(reference, AgentDirectory.withoutTokens(agent));
      refuseCollision(other == null ? null : other.name(), agent.name(), "agents");
      agentReferences.put(agent.name(), reference);
    }
    connectors = new HashMap<>();
    connectorReferences = new HashMap<>();
    for (Connector connector : config.connectors().values()) {
      long reference = key.connectorReference(connector.name());
      Connector other = connectors.put(reference, connector);
      refuseCollision(other == null ? null : other.name(), connector.name(), "connectors");
      refuseCollision(reference == 0 ? "none" : null, connector.name(), "connectors");
      connectorReferences.put(connector.name(), reference);
    }
  }

  /**
   * The virtual keys of a gateway that starts.
   *
   * @param clock for expiry
   * @param random draws the key when the configuration has none; such a key dies with the process
   * @throws IllegalArgumentException when the configuration's {@code ttl} is out of its range, or
   *     two names have the same reference (one chance in 2^56 for each pair; another name mends it)
   */
  public static VirtualKeys of(GatewayConfig config, Clock clock, SecureRandom random) {
    Secret configured = config.virtualCredentials().key();
    return configured == null
        ? new VirtualKeys(config, randomKey(random), true, clock, random)
        : new VirtualKeys(config, configuredKey(configured), false, clock, random);
  }

  /**
   * The virtual keys of the same gateway after its configuration was loaded anew. A key that was
   * drawn at the start stays as long as the configuration names none, so that agents keep their
   * credentials.
   */
  public VirtualKeys reloaded(GatewayConfig config) {
    return randomKey && config.virtualCredentials().key() == null
        ? new VirtualKeys(config, key, true, clock, random)
        : of(config, clock, random);
  }

  /**
   * Whether the key was drawn at the start: what is issued then holds for this process only, so
   * that nothing issued by another process (such as the command line) can be valid here.
   */
  public boolean keyIsRandom() {
    return randomKey;
  }

  /** The ids of statements as agents get them, under the same key. */
  public StatementIds statements() {
    return new StatementIds(key);
  }

  /** The places in pages as agents get them, under the same key. */
  public PageTokens pages() {
    return new PageTokens(key);
  }

  /**
   * Issues what {@code /v1/credentials} answers, for the configured time, or for as long as the
   * proof of the caller's identity still holds, where that is less.
   *
   * @return null when that proof ends within {@link #MIN_TTL}
   */
  public @Nullable IssuedKey issueForContainer(Caller caller, @Nullable String connector) {
    Duration ttl = settings.ttl();
    Instant end = caller.expiration();
    if (end != null) {
      Duration left = Duration.between(clock.instant(), end);
      if (left.compareTo(MIN_TTL) < 0) {
        return null;
      }
      ttl = left.compareTo(ttl) < 0 ? left : ttl;
    }
    return sign(caller.agent().name(), connector, ttl);
  }

  /** The same for an agent whose proof does not end. */
  IssuedKey issueForContainer(String agent, @Nullable String connector) {
    return sign(agent, connector, settings.ttl());
  }

  /**
   * Issues credentials.
   *
   * @param agent a configured agent's name
   * @param connector a configured connector's name; null for credentials that find their connector
   *     by the service and Region of each request
   * @param ttl one second to the configuration's {@code max-ttl}
   * @throws IllegalArgumentException when a name is not configured or {@code ttl} is out of range
   */
  public IssuedKey issue(String agent, @Nullable String connector, Duration ttl) {
    if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(settings.maxTtl()) > 0) {
      throw new IllegalArgumentException(
          "a life of "
              + ttl
              + " is not within "
              + MIN_TTL
              + " to "
              + settings.maxTtl()
              + "; virtual-credentials.max-ttl sets the most");
    }
    return sign(agent, connector, ttl);
  }

  private IssuedKey sign(String agent, @Nullable String connector, Duration ttl) {
    Long agentReference = agentReferences.get(agent);
    if (agentReference == null) {
      throw new IllegalArgumentException("there is no agent '" + agent + "' in the configuration");
    }
    Long connectorReference =
        connector == null ? Long.valueOf(0) : connectorReferences.get(connector);
    if (connectorReference == null) {
      throw new IllegalArgumentException(
          "there is no connector '" + connector + "' in the configuration");
    }
    long expiry = clock.instant().plus(ttl).getEpochSecond();
    if (expiry > MAX_EXPIRY_SECONDS) {
      throw new IllegalArgumentException("a life of " + ttl + " ends after the year 2106");
    }
    AccessKeyId untagged =
        new AccessKeyId(key.id(), expiry, agentReference, connectorReference, new byte[0]);
    String id =
        new AccessKeyId(
                key.id(), expiry, agentReference, connectorReference, key.tag(untagged.tagged()))
            .encode();
    return new IssuedKey(id, key.secret(id), SESSION_TOKEN, Instant.ofEpochSecond(expiry));
  }

  /**
   * Says what an access key ID stands for. It is called for every signed request: a key that was
   * seen before costs two volatile loads and a comparison of the ID; the expiry is checked each
   * time.
   *
   * @param accessKeyId whatever the request had in its credential; never trusted, never repeated
   */
  public Resolution resolve(String accessKeyId) {
    Resolution.Valid cached = resolved.get(accessKeyId);
    if (cached != null) {
      return isOver(cached.expiration()) ? new Resolution.Expired(cached.expiration()) : cached;
    }
    return resolveCold(accessKeyId);
  }

  private Resolution resolveCold(String text) {
    if (!text.startsWith(AccessKeyId.PREFIX)) {
      return new Resolution.NotVirtual(AWS_FORM.matcher(text).matches());
    }
    AccessKeyId id = AccessKeyId.decode(text);
    if (id == null) {
      return FORGED;
    }
    if (id.keyId() != key.id()) {
      return OTHER_GATEWAY;
    }
    // The tag comes before all else: nothing that the ID says is believed, or told, until it holds.
    if (!MessageDigest.isEqual(key.tag(id.tagged()), id.tag())) {
      return FORGED;
    }
    Instant expiration = Instant.ofEpochSecond(id.expirySeconds());
    if (isOver(expiration)) {
      return new Resolution.Expired(expiration);
    }
    Agent agent = agents.get(id.agent());
    if (agent == null) {
      return UNKNOWN_AGENT;
    }
    Connector connector = null;
    if (id.connector() != 0) {
      connector = connectors.get(id.connector());
      if (connector == null) {
        return new Resolution.UnknownConnector(agent);
      }
    }
    Resolution.Valid valid =
        new Resolution.Valid(
            agent, connector, AwsCredentials.of(text, key.secret(text), null), expiration);
    resolved.put(valid);
    return valid;
  }

  private boolean isOver(Instant expiration) {
    return clock.millis() >= expiration.getEpochSecond() * 1000;
  }

  private static GatewayKey configuredKey(Secret configured) {
    return GatewayKey.of(configured.reveal().getBytes(StandardCharsets.UTF_8));
  }

  private static GatewayKey randomKey(SecureRandom random) {
    byte[] material = new byte[RANDOM_KEY_BYTES];
    random.nextBytes(material);
    return GatewayKey.of(material);
  }

  private static void refuseCollision(@Nullable String other, String name, String where) {
    if (other != null) {
      throw new IllegalArgumentException(
          where
              + "."
              + name
              + ": its reference in virtual credentials is that of '"
              + other
              + "'; give it another name");
    }
  }

  @Override
  public String toString() {
    return "VirtualKeys[keyIsRandom=" + randomKey + ", agents=" + agentReferences.keySet() + "]";
  }
}
