package io.countersign.credentials;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A slot as operators see it. Holds no secret.
 *
 * @param id of the slot, as long as the process runs
 * @param label the role's ARN, or the kind of source
 * @param source the kind of source at the bottom of the chain
 * @param sessionName null for a source
 * @param pinned kept warm whether used or not
 * @param fetching an attempt runs or is about to be repeated
 * @param obtained null while cold, as the next three
 * @param expiration null also when the credentials have no end
 * @param refreshAt null also when they are never fetched anew
 * @param remaining until the end, negative when past; null when there is no end
 * @param hits reads that found credentials
 * @param lastFailure since the last success; null when there was none
 * @param lastFailureAt when it occurred
 */
public record SlotStatus(
    int id,
    String label,
    String source,
    @Nullable String sessionName,
    State state,
    boolean pinned,
    boolean fetching,
    @Nullable Instant obtained,
    @Nullable Instant expiration,
    @Nullable Instant refreshAt,
    @Nullable Duration remaining,
    long hits,
    @Nullable CredentialFailure lastFailure,
    @Nullable Instant lastFailureAt) {
  /** Whether requests can be signed. */
  public enum State {
    /** No credentials, and nothing has failed. */
    COLD,
    /** Credentials that can be used. */
    WARM,
    /** No credentials that can be used, and the last attempt failed. */
    FAILING
  }
}
