package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The calls to STS that the gateway makes. None of them blocks its caller; each future completes
 * within a bounded time and never exceptionally but for defects. Thread-safe. A call is one
 * attempt: retries and their pace are the cache's business.
 */
public interface StsCalls extends AutoCloseable {
  /**
   * {@code sts:AssumeRole}.
   *
   * @param duration what is asked for, in place of {@code hop.duration()}
   */
  CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
      StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration);

  /** {@code sts:AssumeRoleWithWebIdentity}, which is not signed. */
  CompletableFuture<StsReply<StsReply.Assumed>> assumeRoleWithWebIdentity(
      StsTarget sts, Arn role, String sessionName, String token);

  /** {@code sts:GetCallerIdentity}. */
  CompletableFuture<StsReply<StsReply.Identity>> getCallerIdentity(
      StsTarget sts, AwsCredentials caller);

  @Override
  void close();
}
