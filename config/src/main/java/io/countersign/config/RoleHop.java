package io.countersign.config;

import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One {@code sts:AssumeRole} of a chain. Session name, values of tags and source identity may be
 * templates: <code>${agent}</code> in them stands for the name of the agent whose request it is.
 *
 * @param arn the role, {@code arn:<partition>:iam::<account>:role/<path and name>}
 * @param externalId 2 to 1224 of {@code [\w+=,.@:/-]}, or null
 * @param sessionName 2 to 64 of {@code [\w+=,.@-]}
 * @param duration 15 minutes to 12 hours; a hop after the first is capped at one hour by STS
 * @param sessionTags at most 50; keys to 128, values to 256 characters
 * @param transitiveTags keys of {@code sessionTags} that later hops inherit
 * @param sourceIdentity 2 to 64 of {@code [\w+=,.@-]}, or null
 * @param policy an inline session policy, JSON, at most 2048 characters; null for none
 * @param policyArns managed policies that are session policies as well; at most 10
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">AssumeRole</a>
 */
public record RoleHop(
    Arn arn,
    @Nullable String externalId,
    String sessionName,
    Duration duration,
    SortedMap<String, String> sessionTags,
    Set<String> transitiveTags,
    @Nullable String sourceIdentity,
    @Nullable String policy,
    Set<String> policyArns) {
  public RoleHop {
    Objects.requireNonNull(arn, "arn");
    sessionTags = Collections.unmodifiableSortedMap(new TreeMap<>(sessionTags));
    transitiveTags = Set.copyOf(transitiveTags);
    policyArns = Set.copyOf(policyArns);
  }

  /** A hop without session policies. */
  public RoleHop(
      Arn arn,
      @Nullable String externalId,
      String sessionName,
      Duration duration,
      SortedMap<String, String> sessionTags,
      Set<String> transitiveTags,
      @Nullable String sourceIdentity) {
    this(
        arn,
        externalId,
        sessionName,
        duration,
        sessionTags,
        transitiveTags,
        sourceIdentity,
        null,
        Set.of());
  }

  /** Whether each agent has a session of its own. */
  public boolean isTemplate() {
    return Template.hasAgent(sessionName)
        || (sourceIdentity != null && Template.hasAgent(sourceIdentity))
        || sessionTags.values().stream().anyMatch(Template::hasAgent);
  }

  /**
   * The hop of one agent: each template with the agent's name in it. What would be longer than STS
   * allows ends with a hash of the whole instead, so that two agents never have the same.
   */
  public RoleHop forAgent(String agent) {
    if (!isTemplate()) {
      return this;
    }
    TreeMap<String, String> tags = new TreeMap<>();
    sessionTags.forEach((key, value) -> tags.put(key, Template.fill(value, agent, 0, 256)));
    return new RoleHop(
        arn,
        externalId,
        Template.fill(sessionName, agent, 2, 64),
        duration,
        tags,
        transitiveTags,
        sourceIdentity == null ? null : Template.fill(sourceIdentity, agent, 2, 64),
        policy,
        policyArns);
  }

  /** The same session of another role. */
  public RoleHop of(Arn role) {
    return new RoleHop(
        role,
        externalId,
        sessionName,
        duration,
        sessionTags,
        transitiveTags,
        sourceIdentity,
        policy,
        policyArns);
  }

  RoleHop named(String name) {
    return new RoleHop(
        arn,
        externalId,
        name,
        duration,
        sessionTags,
        transitiveTags,
        sourceIdentity,
        policy,
        policyArns);
  }
}
