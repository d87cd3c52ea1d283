package io.countersign.config;

import java.util.List;

/**
 * A condition of a rule on something that is known of a call.
 *
 * @param ifExists whether it holds where the key has no value
 * @param key {@code input.} and the path of a member, {@code agent.} and an attribute, or {@code
 *     user}
 * @param values of which one has to fit; never empty
 */
public record Condition(Operator operator, boolean ifExists, String key, List<String> values) {
  /** What a key about the input begins with. */
  public static final String INPUT = "input.";

  /** What a key about an attribute of the agent begins with. */
  public static final String AGENT = "agent.";

  /** The key of the end user whom the agent works for. */
  public static final String USER = "user";

  public Condition {
    values = List.copyOf(values);
  }

  /** As in the configuration, such as {@code StringLikeIfExists input.Prefix}. */
  @Override
  public String toString() {
    return operator.id() + (ifExists ? "IfExists " : " ") + key;
  }
}
