package io.countersign.config;

import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One {@code sts:AssumeRole} of a chain.
 *
 * @param arn the role, {@code arn:<partition>:iam::<account>:role/<path and name>}
 * @param externalId 2 to 1224 of {@code [\w+=,.@:/-]}, or null
 * @param sessionName 2 to 64 of {@code [\w+=,.@-]}
 * @param duration 15 minutes to 12 hours; a hop after the first is capped at one hour by STS
 * @param sessionTags at most 50; keys to 128, values to 256 characters
 * @param transitiveTags keys of {@code sessionTags} that later hops inherit
 * @param sourceIdentity 2 to 64 of {@code [\w+=,.@-]}, or null
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
    @Nullable String sourceIdentity) {
  public RoleHop {
    Objects.requireNonNull(arn, "arn");
    sessionTags = Collections.unmodifiableSortedMap(new TreeMap<>(sessionTags));
    transitiveTags = Set.copyOf(transitiveTags);
  }
}
