package io.countersign.credentials;

import java.util.concurrent.CompletableFuture;

/** Where the credentials of one slot come from. */
interface Fetcher {
  /**
   * Makes one attempt. Always called on a worker, which it may block; never by two at once for one
   * slot. An exception, thrown or in the future, is a defect.
   */
  CompletableFuture<FetchOutcome> fetch();
}
