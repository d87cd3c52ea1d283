package io.countersign.credentials;

import io.countersign.config.Connector;
import io.countersign.config.Sts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tries a connector's credentials as the gateway would get them, step by step, and says of each
 * step what was done, what AWS said and how to mend it: {@code countersign check --live}. It is the
 * gateway's own cache that gets them, so that a failure has the same words here and there. Each
 * step is tried once. Blocks; not for event loops.
 */
public final class RoleCheck implements AutoCloseable {
  private final CredentialCache cache;

  /** How a step went. */
  public enum Outcome {
    OK,
    /** It works, but not as it is written. */
    WARNING,
    FAILED,
    /** Not tried, because a step before it failed. */
    SKIPPED
  }

  /**
   * One step.
   *
   * @param what was done
   * @param answer what came of it; empty when skipped
   * @param mends what to do, the likeliest first; empty unless warned or failed
   */
  public record Step(Outcome outcome, String what, String answer, List<String> mends) {
    public Step {
      mends = List.copyOf(mends);
    }
  }

  /** All steps of a connector, in order. */
  public record Report(String connector, List<Step> steps) {
    public Report {
      steps = List.copyOf(steps);
    }

    /** Whether the connector gets credentials. */
    public boolean ok() {
      return steps.stream()
          .allMatch(s -> s.outcome() == Outcome.OK || s.outcome() == Outcome.WARNING);
    }
  }

  private RoleCheck(CredentialCache cache) {
    this.cache = cache;
  }

  /** Checks with the machine's environment, against AWS. */
  public static RoleCheck live() {
    return on(CredentialCache.builder());
  }

  /** Checks with a cache of that kind, which is closed with the check. */
  public static RoleCheck on(CredentialCache.Builder kind) {
    return new RoleCheck(kind.build());
  }

  /**
   * Gets the credentials of a connector.
   *
   * @param defaults the gateway's STS, for a connector without one of its own
   * @param agent whose session it is, where the roles have templates
   * @throws InterruptedException when the calling thread is interrupted
   */
  public Report check(Connector connector, Sts defaults, String agent) throws InterruptedException {
    List<Step> steps = new ArrayList<>();
    List<CredentialKey> chain =
        new ArrayList<>(CredentialKey.of(connector, defaults, agent).chain());
    Collections.reverse(chain);
    StsTarget sts = StsTarget.of(connector, defaults);
    boolean failed = false;
    for (CredentialKey key : chain) {
      String what = what(key);
      if (failed) {
        steps.add(new Step(Outcome.SKIPPED, what, "", List.of()));
        continue;
      }
      switch (result(key)) {
        case CredentialFailure failure -> {
          failed = true;
          steps.add(failed(what, failure));
          if (key instanceof CredentialKey.OfRole role
              && failure.kind() == CredentialFailure.Kind.ACCESS_DENIED) {
            identity(
                "who asked for it: ",
                role.sts(),
                role.parent(),
                connector,
                steps); // mends speak of it
          }
        }
        case Snapshot held -> steps.add(got(key, what, held));
      }
    }
    if (failed) {
      steps.add(new Step(Outcome.SKIPPED, "GetCallerIdentity at " + sts, "", List.of()));
    } else {
      identity("", sts, chain.getLast(), connector, steps);
    }
    return new Report(connector.name(), steps);
  }

  private static String what(CredentialKey key) {
    return switch (key) {
      case CredentialKey.OfSource source -> "credentials from " + source.label();
      case CredentialKey.OfRole role -> "AssumeRole of " + role.hop().arn() + " at " + role.sts();
    };
  }

  private CredentialResult result(CredentialKey key) throws InterruptedException {
    Slot slot = cache.slot(key);
    slot.refresh();
    try {
      var _ = slot.underWay().get(Budget.CALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return Diagnosis.hung(key, Budget.CALL_LIMIT);
    } catch (ExecutionException e) {
      return Diagnosis.defect(key, e.getCause());
    }
    Snapshot held = slot.current();
    CredentialFailure failure = slot.status().lastFailure();
    return held != null ? held : failure != null ? failure : Diagnosis.late(key, Budget.CALL_LIMIT);
  }

  private Step got(CredentialKey key, String what, Snapshot held) {
    String answer =
        "access key "
            + held.credentials().accessKeyId()
            + (held.expiration() == null ? ", without an end" : ", until " + held.expiration());
    if (!(key instanceof CredentialKey.OfRole role)) {
      return new Step(Outcome.OK, what, answer, List.of());
    }
    Duration wanted = role.hop().duration();
    if (cache.lengths().asked(role).equals(wanted)) {
      return new Step(Outcome.OK, what, answer, List.of());
    }
    CredentialFailure why = cache.lengths().limit(role);
    return new Step(
        Outcome.WARNING,
        what,
        answer
            + "; duration is "
            + wanted.toMinutes()
            + " minutes, STS gives 60"
            + (why == null ? " to a role that is assumed with a role's credentials" : "")
            + (why == null ? "" : ": " + why.message()),
        why == null ? List.of("set duration to 1h") : why.mends());
  }

  /** Whose credentials they are; where AWS does not say, the connector does not work with them. */
  private void identity(
      String why, StsTarget sts, CredentialKey key, Connector connector, List<Step> steps)
      throws InterruptedException {
    Snapshot held = cache.slot(key).current();
    if (held == null) {
      return;
    }
    String what = why + "GetCallerIdentity at " + sts;
    StsReply<StsReply.Identity> reply =
        finished(cache.sts().getCallerIdentity(sts, held.credentials()));
    switch (reply) {
      case StsReply.Failed<StsReply.Identity>(StsFailure failure) ->
          steps.add(failed(what, Diagnosis.callerIdentity(failure, sts, key, connector.region())));
      case StsReply.Answered<StsReply.Identity>(StsReply.Identity identity) ->
          steps.add(new Step(Outcome.OK, what, identity.arn(), List.of()));
    }
  }

  private static Step failed(String what, CredentialFailure failure) {
    return new Step(Outcome.FAILED, what, failure.message(), failure.mends());
  }

  private static <T> StsReply<T> finished(CompletableFuture<StsReply<T>> call)
      throws InterruptedException {
    try {
      return call.get(Budget.CALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return new StsReply.Failed<>(StsFailure.unreachable("no answer"));
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call to STS ended with a defect", e.getCause());
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}
