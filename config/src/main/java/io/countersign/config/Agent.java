package io.countersign.config;

import java.util.List;

/**
 * A caller.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,62}}
 * @param tokens bearer tokens, at least one; several so that they can be rotated
 * @param allow what it may call; empty allows nothing
 * @param deny what it may not call, whatever {@code allow} says
 */
public record Agent(String name, List<Secret> tokens, List<Grant> allow, List<Grant> deny) {
  public Agent {
    tokens = List.copyOf(tokens);
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
  }

  /** One to whom nothing is denied that it is allowed. */
  public Agent(String name, List<Secret> tokens, List<Grant> allow) {
    this(name, tokens, allow, List.of());
  }
}
