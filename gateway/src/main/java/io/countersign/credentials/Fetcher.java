package io.countersign.credentials;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the credentials of one slot come from. */
interface Fetcher {
  /**
   * Makes one attempt. Always called on a worker, which it may block; never by two at once for one
   * slot. An exception, thrown or in the future, is a defect, but for a {@link
   * java.util.concurrent.CancellationException} in the future: nobody wanted the credentials any
   * more. Bounded in time once the calls that it makes have had their turn.
   *
   * @param urgency of the calls that are made
   */
  CompletableFuture<FetchOutcome> fetch(Urgency urgency);

  /**
   * The failure of what an attempt waits for, while it has failed; null for what waits for none.
   */
  default @Nullable CredentialFailure blockedBy() {
    return null;
  }
}
