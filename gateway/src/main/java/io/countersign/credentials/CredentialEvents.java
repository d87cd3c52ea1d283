package io.countersign.credentials;

import io.countersign.signer.AwsCredentials;
import java.time.Duration;

/**
 * What the cache reports, for metrics. Called on virtual threads and, {@link #miss} alone, on event
 * loops: an implementation never blocks and never throws. Hits are not reported here, so that a
 * read costs nothing more: see {@link CredentialCache#hits}.
 */
public interface CredentialEvents {
  /** Reports to nobody. */
  CredentialEvents NONE = new CredentialEvents() {};

  /** Somebody found a slot cold and waits for it. */
  default void miss(CredentialKey key) {}

  /**
   * New credentials are in the slot.
   *
   * @param cold the slot had none that could be used
   * @param took from the start of the attempt
   */
  default void refreshed(CredentialKey key, boolean cold, Duration took) {}

  /**
   * An attempt failed.
   *
   * @param cold the slot had no credentials that could be used; if false, requests go on unharmed
   */
  default void refreshFailed(CredentialKey key, boolean cold, CredentialFailure failure) {}

  /**
   * A slot gives these credentials no more: others came, they were refused or dropped, or the slot
   * ended. What was derived from them can go; a request that read them before may still use them.
   */
  default void gone(AwsCredentials credentials) {}

  /**
   * One call to STS has ended. Not reported for calls that were cut off by shutting down.
   *
   * @param operation {@code AssumeRole}, {@code AssumeRoleWithWebIdentity}, {@code
   *     GetCallerIdentity}
   * @param outcome {@code success}, or the failure's kind in lower case: a closed set
   */
  default void stsCall(String operation, String outcome, Duration took) {}
}
