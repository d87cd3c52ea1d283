package io.countersign.credentials;

import io.countersign.config.CredentialSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assumes one role with the credentials of the parent's slot, waiting for them where they are cold.
 */
final class RoleFetcher implements Fetcher {
  private static final Logger log = LoggerFactory.getLogger(RoleFetcher.class);

  /**
   * The most that STS gives to a role assumed with a role's credentials.
   *
   * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html">Role chaining</a>
   */
  static final Duration CHAINED_MOST = Duration.ofHours(1);

  private static final Duration PARENT_WAIT = Duration.ofSeconds(10);

  private final CredentialKey.OfRole key;
  private final Slot parent;
  private final StsCalls sts;
  private final Workings workings;

  /** What is asked for; lowered once for good when STS refuses it. */
  private volatile Duration duration;

  RoleFetcher(CredentialKey.OfRole key, Slot parent, StsCalls sts, Workings workings) {
    this.key = key;
    this.parent = parent;
    this.sts = sts;
    this.workings = workings;
    this.duration = mostFor(key);
  }

  /** What is asked for first: the configured duration, or an hour where more is sure to fail. */
  static Duration mostFor(CredentialKey.OfRole key) {
    Duration wanted = key.hop().duration();
    return isChained(key.parent()) && wanted.compareTo(CHAINED_MOST) > 0 ? CHAINED_MOST : wanted;
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
  public CompletableFuture<FetchOutcome> fetch() {
    return withParent(true);
  }

  private CompletableFuture<FetchOutcome> withParent(boolean mayRenewParent) {
    Snapshot ready = parent.current();
    if (ready != null) {
      return assume(ready, mayRenewParent);
    }
    CompletableFuture<CredentialResult> waiting = new CompletableFuture<>();
    parent.await(workings.workers(), PARENT_WAIT, waiting::complete);
    return waiting.thenCompose(
        result ->
            switch (result) {
              case Snapshot snapshot -> assume(snapshot, mayRenewParent);
              case CredentialFailure failure -> CompletableFuture.completedFuture(failure);
            });
  }

  private CompletableFuture<FetchOutcome> assume(Snapshot caller, boolean mayRenewParent) {
    Duration asked = duration;
    long askedNanos = workings.time().nanos();
    return sts.assumeRole(key.sts(), caller.credentials(), key.hop(), asked)
        .thenCompose(
            reply ->
                switch (reply) {
                  case StsReply.Answered<StsReply.Assumed>(StsReply.Assumed session) ->
                      CompletableFuture.completedFuture(
                          new Fetched(
                              session.credentials(),
                              session.expiration(),
                              session.issuerDate(),
                              askedNanos,
                              null,
                              false));
                  case StsReply.Failed<StsReply.Assumed>(StsFailure failure) ->
                      refused(failure, caller, asked, mayRenewParent);
                });
  }

  private CompletableFuture<FetchOutcome> refused(
      StsFailure failure, Snapshot caller, Duration asked, boolean mayRenewParent) {
    CredentialFailure.Kind kind = Diagnosis.kind(failure);
    if (kind == CredentialFailure.Kind.SOURCE_EXPIRED
        && mayRenewParent
        && caller.expiration() != null
        && parent.invalidate(caller.credentials().accessKeyId())) {
      return withParent(false);
    }
    if (kind == CredentialFailure.Kind.DURATION_TOO_LONG && asked.compareTo(CHAINED_MOST) > 0) {
      duration = CHAINED_MOST;
      log.warn(
          "{} gives no session of {} s; one hour is asked for from now on. To mend: {}",
          key.label(),
          asked.toSeconds(),
          Diagnosis.assumeRole(failure, key).mend());
      return assume(caller, mayRenewParent);
    }
    return CompletableFuture.completedFuture(Diagnosis.assumeRole(failure, key));
  }
}
