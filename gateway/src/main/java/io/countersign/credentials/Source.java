package io.countersign.credentials;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Credentials at the bottom of a chain. */
interface Source extends Fetcher {
  /**
   * Why the source has nothing to work on, in a few words; null when it has. Decides which step of
   * the default chain is taken: one that is configured and fails is not passed over, because the
   * next would be another identity.
   */
  @Nullable String absence();

  /** An attempt at once, or, where STS is called, as soon as may be. */
  default CompletableFuture<FetchOutcome> fetch() {
    return fetch(Urgency.NOW);
  }

  static CompletableFuture<FetchOutcome> done(FetchOutcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }
}
