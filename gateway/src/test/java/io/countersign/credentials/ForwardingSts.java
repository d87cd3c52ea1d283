package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Passes every call on; tests override what they break. */
class ForwardingSts implements StsCalls {
  private final StsCalls calls;

  ForwardingSts(StsCalls calls) {
    this.calls = calls;
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
      StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration) {
    return calls.assumeRole(sts, caller, hop, duration);
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRoleWithWebIdentity(
      StsTarget sts, Arn role, String sessionName, String token) {
    return calls.assumeRoleWithWebIdentity(sts, role, sessionName, token);
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Identity>> getCallerIdentity(
      StsTarget sts, AwsCredentials caller) {
    return calls.getCallerIdentity(sts, caller);
  }

  @Override
  public void close() {
    calls.close();
  }
}
