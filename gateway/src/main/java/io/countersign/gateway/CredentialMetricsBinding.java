package io.countersign.gateway;

import io.countersign.credentials.CredentialEvents;
import io.countersign.credentials.CredentialFailure;
import io.countersign.credentials.CredentialKey;
import io.countersign.credentials.Slot;
import io.countersign.credentials.SlotStatus;
import io.countersign.door.Binding;
import io.countersign.observe.CredentialMetrics;
import io.countersign.observe.CredentialMetrics.RefreshFailure;
import io.countersign.observe.CredentialMetrics.StsOutcome;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.SigningKeys;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Counts what the credential cache reports, and lets signing keys go with their credentials. */
final class CredentialMetricsBinding implements CredentialEvents {
  private final CredentialMetrics metrics;
  private final SigningKeys keys;

  CredentialMetricsBinding(CredentialMetrics metrics, SigningKeys keys) {
    this.metrics = metrics;
    this.keys = keys;
  }

  @Override
  public void gone(AwsCredentials credentials) {
    keys.forget(credentials);
  }

  @Override
  public void refreshed(CredentialKey key, boolean cold, Duration took) {
    metrics.refreshed();
  }

  @Override
  public void refreshFailed(CredentialKey key, boolean cold, CredentialFailure failure) {
    metrics.refreshFailed(reason(failure.kind()));
  }

  @Override
  public void stsCall(String operation, String outcome, Duration took) {
    metrics.stsCall(outcome(outcome), took.toNanos());
  }

  private static RefreshFailure reason(CredentialFailure.Kind kind) {
    return switch (kind) {
      case ACCESS_DENIED, REGION_DISABLED, TOKEN_REJECTED -> RefreshFailure.DENIED;
      case THROTTLED -> RefreshFailure.THROTTLED;
      case STS_UNREACHABLE,
          STS_FAILED,
          PROXY_REFUSED,
          CERTIFICATE,
          ENDPOINT_UNREACHABLE,
          ENDPOINT_FAILED,
          TOKEN_FILE,
          TIMED_OUT ->
          RefreshFailure.UNAVAILABLE;
      case SOURCE_INVALID,
          SOURCE_EXPIRED,
          CLOCK_SKEWED,
          DURATION_TOO_LONG,
          INVALID_REQUEST,
          NOT_CONFIGURED,
          ENDPOINT_REFUSED,
          PROFILE,
          CACHE_FULL,
          CLOSED,
          UNEXPECTED ->
          RefreshFailure.OTHER;
    };
  }

  private static StsOutcome outcome(String word) {
    if (word.equals("success")) {
      return StsOutcome.OK;
    }
    return switch (CredentialFailure.Kind.valueOf(word.toUpperCase(Locale.ROOT))) {
      case ACCESS_DENIED, REGION_DISABLED -> StsOutcome.DENIED;
      case THROTTLED -> StsOutcome.THROTTLED;
      case SOURCE_INVALID, SOURCE_EXPIRED, TOKEN_REJECTED, CLOCK_SKEWED -> StsOutcome.EXPIRED;
      case DURATION_TOO_LONG, INVALID_REQUEST, NOT_CONFIGURED, ENDPOINT_REFUSED, PROFILE ->
          StsOutcome.INVALID;
      case STS_UNREACHABLE,
          STS_FAILED,
          PROXY_REFUSED,
          CERTIFICATE,
          ENDPOINT_UNREACHABLE,
          ENDPOINT_FAILED,
          TOKEN_FILE,
          TIMED_OUT,
          CACHE_FULL,
          CLOSED,
          UNEXPECTED ->
          StsOutcome.UNAVAILABLE;
    };
  }

  /**
   * Lets the gauge of a connector read the nearest end of its slots at each scrape; one that nobody
   * uses any more and nobody keeps warm does not count.
   */
  static void expiry(Binding binding) {
    binding
        .credentialMetrics()
        .secondsToExpiry(
            () -> {
              List<Slot> slots = binding.slots().all();
              double nearest = Double.NaN;
              for (Slot slot : slots) {
                SlotStatus status = slot.status();
                double seconds = seconds(status);
                boolean counts = seconds > 0 || status.pinned() || slots.size() == 1;
                if (counts && !(seconds >= nearest)) {
                  nearest = Double.isNaN(seconds) ? nearest : seconds;
                }
              }
              return nearest;
            });
  }

  private static double seconds(SlotStatus status) {
    Duration remaining = status.remaining();
    return remaining != null
        ? remaining.toMillis() / 1000.0
        // Keys without an end never run out; a cold slot has nothing that could.
        : status.obtained() != null ? Double.POSITIVE_INFINITY : Double.NaN;
  }
}
