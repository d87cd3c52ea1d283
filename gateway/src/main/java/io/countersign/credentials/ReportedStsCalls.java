package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Reports each call with its outcome and duration, and passes it on. */
record ReportedStsCalls(StsCalls calls, CredentialEvents events, TimeSource time)
    implements StsCalls {
  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
      StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration) {
    long started = time.nanos();
    return reported("AssumeRole", started, calls.assumeRole(sts, caller, hop, duration));
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRoleWithWebIdentity(
      StsTarget sts, Arn role, String sessionName, String token) {
    long started = time.nanos();
    return reported(
        "AssumeRoleWithWebIdentity",
        started,
        calls.assumeRoleWithWebIdentity(sts, role, sessionName, token));
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Identity>> getCallerIdentity(
      StsTarget sts, AwsCredentials caller) {
    long started = time.nanos();
    return reported("GetCallerIdentity", started, calls.getCallerIdentity(sts, caller));
  }

  private <T> CompletableFuture<StsReply<T>> reported(
      String operation, long started, CompletableFuture<StsReply<T>> call) {
    return call.whenComplete(
        (reply, thrown) -> {
          String outcome =
              switch (reply) {
                case StsReply.Answered<T> ignored -> "success";
                case StsReply.Failed<T> failed ->
                    StsErrors.kind(failed.failure()).name().toLowerCase(Locale.ROOT);
                case null -> "unexpected";
              };
          events.stsCall(operation, outcome, Duration.ofNanos(time.nanos() - started));
        });
  }

  @Override
  public void close() {
    calls.close();
  }
}
