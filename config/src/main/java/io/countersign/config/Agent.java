package io.countersign.config;

import java.util.List;

/**
 * A caller.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,62}}
 * @param tokens bearer tokens, at least one; several so that they can be rotated
 * @param allow what it may call; empty allows nothing
 */
public record Agent(String name, List<Secret> tokens, List<Grant> allow) {
  public Agent {
    tokens = List.copyOf(tokens);
    allow = List.copyOf(allow);
  }
}
