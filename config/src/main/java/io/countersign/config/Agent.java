package io.countersign.config;

import java.util.List;
import java.util.Optional;

/**
 * A caller.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,62}}
 * @param tokens bearer tokens, each itself or its hash ({@link #HASHED}); several so that they can
 *     be rotated, none where the agent proves itself in another way
 * @param allow what it may call; empty allows nothing
 * @param deny what it may not call, whatever {@code allow} says
 */
public record Agent(String name, List<Secret> tokens, List<Grant> allow, List<Grant> deny) {
  /** Before the SHA-256 of a token, in lower-case hexadecimal, that stands for the token. */
  public static final String HASHED = "sha256:";

  public Agent {
    tokens = List.copyOf(tokens);
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }

  /** One to whom nothing is denied that it is allowed. */
  public Agent(String name, List<Secret> tokens, List<Grant> allow) {
    this(name, tokens, allow, List.of());
  }

  /** A token that an agent can present: none where the configuration has only hashes. */
  public Optional<Secret> plainToken() {
    return tokens.stream().filter(token -> !token.reveal().startsWith(HASHED)).findFirst();
  }
}
