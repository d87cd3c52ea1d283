package io.countersign.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Ids of running statements as agents get them: AWS's id and a tag that binds it to the agent and
 * the connector, so that no agent can read what another has asked. Nothing is stored; every replica
 * with the same key opens what another has sealed. Thread-safe.
 */
public final class StatementIds {
  private static final int TAG_BYTES = 16;

  private final GatewayKey key;

  StatementIds(GatewayKey key) {
    this.key = key;
  }

  /** What the agent gets: {@code <AWS's id>.<tag>}, fit for a path. */
  public String seal(String agent, String connector, String awsId) {
    return awsId + "." + tag(agent, connector, awsId);
  }

  /** AWS's id; empty unless {@link #seal} gave this for the same agent and connector. */
  public Optional<String> open(String agent, String connector, String sealed) {
    int dot = sealed.lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String awsId = sealed.substring(0, dot);
    byte[] given = sealed.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
    byte[] right = tag(agent, connector, awsId).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(right, given) ? Optional.of(awsId) : Optional.empty();
  }

  private String tag(String agent, String connector, String awsId) {
    byte[] whole = key.statement(agent, connector, awsId);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, TAG_BYTES));
  }
}
