package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An STS inside a {@link VirtualTime}. It answers after {@link #delay}, as {@link #refusal} says.
 */
final class FakeSts implements StsCalls {
  /** One call, as it came. */
  record Call(
      String operation,
      StsTarget sts,
      String caller,
      @Nullable String role,
      @Nullable RoleHop hop,
      @Nullable Duration duration,
      @Nullable String token,
      Duration at) {}

  static final StsFailure DOWN = StsFailure.unreachable("ConnectException: Connection refused");
  static final StsFailure THROTTLED = new StsFailure("Throttling", 400, "Rate exceeded", "r-1");
  static final StsFailure DENIED =
      new StsFailure(
          "AccessDenied",
          403,
          "User: arn:aws:sts::123456789012:assumed-role/adapter/s is not authorized to perform:"
              + " sts:AssumeRole on resource: arn:aws:iam::210987654321:role/warehouse-read",
          "r-2");
  static final StsFailure EXPIRED =
      new StsFailure(
          "ExpiredToken", 403, "The security token included in the request is expired", "r-3");

  private final VirtualTime time;
  final List<Call> calls = new ArrayList<>();

  /** What each access key that was given out stands for. */
  final Map<String, Call> issued = new HashMap<>();

  Duration delay = Duration.ofMillis(80);
  boolean hung;
  boolean datesAnswers = true;

  /** How far the dates of its answers are off: something between here and there writes its own. */
  Duration lie = Duration.ZERO;

  /** As the SDK's client does: put right by the date of an answer that refuses a signature. */
  private Duration clientAhead = Duration.ZERO;

  /** Decides on a call; null lets it succeed. */
  Function<Call, @Nullable StsFailure> refusal = call -> null;

  /** Sessions last this long, or what was asked for if null. */
  @Nullable Duration life;

  FakeSts(VirtualTime time) {
    this.time = time;
  }

  int count() {
    return calls.size();
  }

  List<Call> of(String role) {
    return calls.stream().filter(c -> role.equals(c.role())).toList();
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
      StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration) {
    return answered(
        new Call(
            "AssumeRole",
            sts,
            caller.accessKeyId(),
            hop.arn().toString(),
            hop,
            duration,
            null,
            time.elapsed()));
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRoleWithWebIdentity(
      StsTarget sts, Arn role, String sessionName, String token) {
    return answered(
        new Call(
            "AssumeRoleWithWebIdentity",
            sts,
            "",
            role.toString(),
            null,
            Duration.ofHours(1),
            token,
            time.elapsed()));
  }

  private CompletableFuture<StsReply<StsReply.Assumed>> answered(Call call) {
    calls.add(call);
    CompletableFuture<StsReply<StsReply.Assumed>> reply = new CompletableFuture<>();
    if (!hung) {
      time.after(delay, () -> reply.complete(reply(call)));
    }
    return reply;
  }

  private boolean isSignedTooFarOff() {
    return Duration.between(time.now().plus(clientAhead), time.trueNow())
            .abs()
            .compareTo(Duration.ofMinutes(5))
        > 0;
  }

  private StsReply<StsReply.Assumed> reply(Call call) {
    StsFailure refused = refusal.apply(call);
    if (refused == null && call.hop() != null && isSignedTooFarOff()) {
      refused =
          new StsFailure(
              "SignatureDoesNotMatch",
              403,
              "Signature expired",
              "r-4",
              datesAnswers ? time.trueNow() : null);
    }
    if (refused != null) {
      if (refused.date() != null) {
        clientAhead = Duration.between(time.now(), refused.date());
      }
      return new StsReply.Failed<>(refused);
    }
    String id = "ASIA" + String.format("%08d", issued.size() + 1);
    issued.put(id, call);
    Instant now = time.trueNow();
    Duration lasts = life != null ? life : call.duration();
    return new StsReply.Answered<>(
        new StsReply.Assumed(
            AwsCredentials.of(id, "secret-of-" + id, "token-of-" + id),
            now.plus(lasts == null ? Duration.ofHours(1) : lasts),
            datesAnswers ? now.plus(lie) : null,
            "arn:aws:sts::210987654321:assumed-role/r/s"));
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Identity>> getCallerIdentity(
      StsTarget sts, AwsCredentials caller) {
    Call call =
        new Call(
            "GetCallerIdentity", sts, caller.accessKeyId(), null, null, null, null, time.elapsed());
    calls.add(call);
    StsFailure refused = refusal.apply(call);
    return CompletableFuture.completedFuture(
        refused != null
            ? new StsReply.Failed<>(refused)
            : new StsReply.Answered<>(
                new StsReply.Identity(
                    "210987654321", "arn:aws:sts::210987654321:assumed-role/r/s")));
  }

  @Override
  public void close() {}
}
