package io.countersign.identity;

import io.countersign.config.Agent;

/** What an {@code Authorization} header said about its sender. */
public sealed interface Identification {

  /** It is that of an agent. */
  record Known(Caller caller) implements Identification {
    /** The agent; it carries no tokens. */
    public Agent agent() {
      return caller.agent();
    }
  }

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

  /**
   * A signed token that was not seen before. {@link AgentDirectory#verify} says whose it is; that
   * may ask the issuer and so must not run on an event loop.
   */
  final class Unverified implements Identification {
    private final String token;
    private final byte[] hash;

    Unverified(String token, byte[] hash) {
      this.token = token;
      this.hash = hash;
    }

    String token() {
      return token;
    }

    byte[] hash() {
      return hash;
    }

    @Override
    public String toString() {
      return "Unverified[<redacted>]";
    }
  }

  /**
   * A signed token that is not taken.
   *
   * @param code stable, in kebab-case
   * @param reason a clause that is fit for a client; nothing of the token is repeated in it
   * @param hint how to mend it
   * @param temporary whether the same token may be taken later: the issuer cannot be asked now
   */
  record Refused(String code, String reason, String hint, boolean temporary)
      implements Identification {}
}
