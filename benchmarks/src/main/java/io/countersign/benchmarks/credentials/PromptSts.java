package io.countersign.benchmarks.credentials;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.credentials.StsCalls;
import io.countersign.credentials.StsFailure;
import io.countersign.credentials.StsReply;
import io.countersign.credentials.StsTarget;
import io.countersign.credentials.TimeSource;
import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** An STS within the process that gives sessions of an hour at once, or refuses connections. */
final class PromptSts implements StsCalls {
  /** Session tokens of STS have some hundreds of characters. */
  private static final String TOKEN = "x".repeat(700);

  private final TimeSource time;
  private final BooleanSupplier dead;
  final AtomicLong calls = new AtomicLong();

  PromptSts(TimeSource time, BooleanSupplier dead) {
    this.time = time;
    this.dead = dead;
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
      StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration) {
    long number = calls.incrementAndGet();
    if (dead.getAsBoolean()) {
      return CompletableFuture.completedFuture(
          new StsReply.Failed<>(new StsFailure(null, 0, "Connection refused", null)));
    }
    Instant now = time.now();
    return CompletableFuture.completedFuture(
        new StsReply.Answered<>(
            new StsReply.Assumed(
                AwsCredentials.of("ASIA" + number, "secret", TOKEN),
                now.plus(duration),
                now,
                hop.arn().toString())));
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRoleWithWebIdentity(
      StsTarget sts, Arn role, String sessionName, String token) {
    throw new UnsupportedOperationException("no benchmark asks for it");
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Identity>> getCallerIdentity(
      StsTarget sts, AwsCredentials caller) {
    throw new UnsupportedOperationException("no benchmark asks for it");
  }

  @Override
  public void close() {}
}
