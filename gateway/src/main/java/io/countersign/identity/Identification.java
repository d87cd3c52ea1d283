package io.countersign.identity;

import io.countersign.config.Agent;

/** What an {@code Authorization} header said about its sender. */
public sealed interface Identification {

  /** The token is that of an agent. The agent given here carries no tokens. */
  record Known(Agent agent) implements Identification {}

  /** There is no {@code Authorization} header, or an empty one. */
  record Absent() implements Identification {}

  /**
   * What is there cannot be a token.
   *
   * @param reason a clause that is fit for a client; nothing of the header is repeated in it
   */
  record Malformed(String reason) implements Identification {}

  /** A token that no agent of the configuration has. */
  record Unknown() implements Identification {}
}
