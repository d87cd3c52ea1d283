package io.countersign.credentials;

import io.countersign.config.CredentialSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Assumes one role with the credentials of the parent's slot, waiting for them where they are cold.
 */
final class RoleFetcher implements Fetcher {
  private static final Duration PARENT_WAIT = Duration.ofSeconds(10);

  private final CredentialKey.OfRole key;
  private final Slot parent;
  private final StsCalls sts;
  private final Workings workings;
  private final Pace.Payer payer;

  RoleFetcher(CredentialKey.OfRole key, Slot parent, StsCalls sts, Workings workings) {
    this.key = key;
    this.parent = parent;
    this.sts = sts;
    this.workings = workings;
    this.payer = new Pace.Payer(key.sts(), account(key.parent()));
  }

  /** The account of the caller, or what stands for it. */
  private static Object account(CredentialKey parent) {
    return switch (parent) {
      case CredentialKey.OfRole role -> role.hop().arn().account();
      case CredentialKey.OfSource of ->
          of.source() instanceof CredentialSource.WebIdentity web && web.roleArn() != null
              ? web.roleArn().account()
              : of;
    };
  }

  /** What is asked for first: the configured duration, or an hour where more is sure to fail. */
  static Duration mostFor(CredentialKey.OfRole key) {
    Duration wanted = key.hop().duration();
    return isChained(key.parent()) && wanted.compareTo(SessionLengths.CHAINED_MOST) > 0
        ? SessionLengths.CHAINED_MOST
        : wanted;
  }

  /** Whether the caller's credentials are surely a role's; others are found out by asking. */
  private static boolean isChained(CredentialKey parent) {
    return switch (parent) {
      case CredentialKey.OfRole ignored -> true;
      case CredentialKey.OfSource of ->
          switch (of.source()) {
            case CredentialSource.WebIdentity ignored -> true;
            case CredentialSource.Container ignored -> true;
            case CredentialSource.Imds ignored -> true;
            case CredentialSource.Environment ignored -> false;
            case CredentialSource.Static ignored -> false;
            case CredentialSource.Profile ignored -> false;
            case CredentialSource.DefaultChain ignored -> false;
          };
    };
  }

  @Override
  public CompletableFuture<FetchOutcome> fetch(Urgency urgency) {
    if (urgency.rank() == Urgency.Rank.WAITED_FOR) {
      return withParent(urgency, Retries.ALL);
    }
    // A parent that is due is renewed first, so that its child is not assumed with what ends soon.
    CompletableFuture<?> renewal = parent.renewalIfDue();
    if (renewal.isDone()) {
      return withParent(urgency, Retries.ALL);
    }
    CompletableFuture<@Nullable Void> enough = new CompletableFuture<>();
    Runnable alarm = workings.scheduler().after(PARENT_WAIT, () -> enough.complete(null));
    return CompletableFuture.anyOf(renewal, enough)
        .thenCompose(
            ignored -> {
              alarm.run();
              return withParent(urgency, Retries.ALL);
            });
  }

  @Override
  public @Nullable CredentialFailure blockedBy() {
    return parent.isUsable() ? null : parent.failing();
  }

  /** What may still be tried once. */
  private record Retries(boolean renewParent, boolean measureSkew) {
    static final Retries ALL = new Retries(true, true);
  }

  private CompletableFuture<FetchOutcome> withParent(Urgency urgency, Retries retries) {
    Snapshot ready = parent.current();
    if (ready != null) {
      return assume(urgency, ready, retries);
    }
    CompletableFuture<CredentialResult> waiting = new CompletableFuture<>();
    parent.await(workings.workers(), PARENT_WAIT, waiting::complete);
    return waiting.thenCompose(
        result ->
            switch (result) {
              case Snapshot snapshot -> assume(urgency, snapshot, retries);
              case CredentialFailure failure -> CompletableFuture.completedFuture(failure);
            });
  }

  private CompletableFuture<FetchOutcome> assume(
      Urgency urgency, Snapshot caller, Retries retries) {
    Duration asked = workings.lengths().asked(key);
    return workings
        .pace()
        .call(
            payer,
            urgency,
            () -> {
              long askedNanos = workings.time().nanos();
              return sts.assumeRole(key.sts(), caller.credentials(), key.hop(), asked)
                  .thenApply(reply -> StsReply.at(askedNanos, reply));
            })
        .thenCompose(
            reply ->
                switch (reply) {
                  case StsReply.Answered<StsReply.Asked>(StsReply.Asked session) ->
                      CompletableFuture.completedFuture(session.fetched());
                  case StsReply.Failed<StsReply.Asked>(StsFailure failure) ->
                      refused(urgency, failure, caller, asked, retries);
                });
  }

  private CompletableFuture<FetchOutcome> refused(
      Urgency urgency, StsFailure failure, Snapshot caller, Duration asked, Retries retries) {
    CredentialFailure.Kind kind = StsErrors.kind(failure);
    // Another failure may come from whoever stands before STS, whose clock is nobody's.
    boolean skewed = StsErrors.mayBeSkew(failure) && workings.skew().sawRefused(failure.date());
    if (kind == CredentialFailure.Kind.SOURCE_EXPIRED
        && retries.renewParent
        && caller.expiration() != null
        && parent.invalidate(caller.credentials().accessKeyId())) {
      return withParent(urgency, new Retries(false, retries.measureSkew));
    }
    if (skewed && retries.measureSkew) {
      // The client of STS has taken the date of the answer for its own; the next call is by it.
      return assume(urgency, caller, new Retries(retries.renewParent, false));
    }
    if (kind == CredentialFailure.Kind.DURATION_TOO_LONG
        && asked.compareTo(SessionLengths.CHAINED_MOST) > 0) {
      workings.lengths().refused(key, failure);
      return assume(urgency, caller, retries);
    }
    return CompletableFuture.completedFuture(Diagnosis.assumeRole(failure, key));
  }
}
