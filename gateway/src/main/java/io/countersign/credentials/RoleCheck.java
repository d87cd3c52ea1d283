package io.countersign.credentials;

import io.countersign.config.Connector;
import io.countersign.config.RoleHop;
import io.countersign.config.Sts;
import io.countersign.signer.AwsCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tries a connector's credentials as the gateway would get them, step by step, and says of each
 * step what was done, what AWS said and how to mend it: {@code countersign check --live}. Nothing
 * is cached. Blocks; not for event loops.
 */
public final class RoleCheck implements AutoCloseable {
  private final Sources sources;
  private final ExecutorService workers;

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

  private RoleCheck(Sources sources, ExecutorService workers) {
    this.sources = sources;
    this.workers = workers;
  }

  /** Checks with the machine's environment, against AWS. */
  public static RoleCheck live() {
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    return new RoleCheck(
        new Sources(
            System.getenv(),
            Path.of(System.getProperty("user.home", "/")),
            new SdkStsCalls(workers),
            Pace.UNBOUNDED,
            TimeSource.system()),
        workers);
  }

  /** Checks with another environment and another STS, which is closed with the check. */
  static RoleCheck on(Map<String, String> environment, Path home, StsCalls sts) {
    return new RoleCheck(
        new Sources(environment, home, sts, Pace.UNBOUNDED, TimeSource.system()),
        Executors.newVirtualThreadPerTaskExecutor());
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
    AwsCredentials held = null;
    boolean failed = false;
    for (CredentialKey key : chain) {
      String what = what(key);
      if (failed) {
        steps.add(new Step(Outcome.SKIPPED, what, "", List.of()));
        continue;
      }
      held =
          switch (key) {
            case CredentialKey.OfSource source -> source(source, what, steps);
            case CredentialKey.OfRole role -> held == null ? null : role(role, held, what, steps);
          };
      failed = held == null;
      if (key instanceof CredentialKey.OfSource && held != null && chain.size() > 1) {
        failed = !identity(sts, key, held, steps);
      }
    }
    if (held == null || failed) {
      steps.add(new Step(Outcome.SKIPPED, "GetCallerIdentity at " + sts, "", List.of()));
    } else {
      identity(sts, chain.getLast(), held, steps);
    }
    return new Report(connector.name(), steps);
  }

  private static String what(CredentialKey key) {
    return switch (key) {
      case CredentialKey.OfSource source -> "credentials from " + source.label();
      case CredentialKey.OfRole role -> "AssumeRole of " + role.hop().arn() + " at " + role.sts();
    };
  }

  private @Nullable AwsCredentials source(CredentialKey.OfSource key, String what, List<Step> steps)
      throws InterruptedException {
    FetchOutcome outcome =
        finished(
            key,
            CompletableFuture.completedFuture(sources.fetcher(key))
                .thenComposeAsync(Source::fetch, workers));
    return switch (outcome) {
      case CredentialFailure failure -> {
        steps.add(failed(what, failure));
        yield null;
      }
      case Fetched fetched -> {
        steps.add(
            new Step(
                Outcome.OK,
                what,
                "access key "
                    + fetched.credentials().accessKeyId()
                    + (fetched.expiration() == null
                        ? ", without an end"
                        : ", until " + fetched.expiration()),
                List.of()));
        yield fetched.credentials();
      }
    };
  }

  private @Nullable AwsCredentials role(
      CredentialKey.OfRole key, AwsCredentials caller, String what, List<Step> steps)
      throws InterruptedException {
    RoleHop hop = key.hop();
    Duration wanted = hop.duration();
    Duration asked = RoleFetcher.mostFor(key);
    StsReply<StsReply.Assumed> reply =
        finished(sources.sts().assumeRole(key.sts(), caller, hop, asked));
    if (reply instanceof StsReply.Failed<StsReply.Assumed>(StsFailure failure)
        && Diagnosis.kind(failure) == CredentialFailure.Kind.DURATION_TOO_LONG
        && asked.compareTo(RoleFetcher.CHAINED_MOST) > 0) {
      asked = RoleFetcher.CHAINED_MOST;
      reply = finished(sources.sts().assumeRole(key.sts(), caller, hop, asked));
    }
    return switch (reply) {
      case StsReply.Failed<StsReply.Assumed>(StsFailure failure) -> {
        steps.add(failed(what, Diagnosis.assumeRole(failure, key)));
        yield null;
      }
      case StsReply.Answered<StsReply.Assumed>(StsReply.Assumed session) -> {
        String answer = session.arn() + ", until " + session.expiration();
        steps.add(
            asked.equals(wanted)
                ? new Step(Outcome.OK, what, answer, List.of())
                : new Step(
                    Outcome.WARNING,
                    what,
                    answer
                        + "; duration asks for "
                        + wanted.toMinutes()
                        + " minutes, STS gives "
                        + asked.toMinutes(),
                    List.of(
                        "set duration to 1h: a role assumed with a role's credentials gets no"
                            + " more, and other roles get their maximum session duration")));
        yield session.credentials();
      }
    };
  }

  private boolean identity(
      StsTarget sts, CredentialKey key, AwsCredentials credentials, List<Step> steps)
      throws InterruptedException {
    String what = "GetCallerIdentity at " + sts;
    StsReply<StsReply.Identity> reply = finished(sources.sts().getCallerIdentity(sts, credentials));
    return switch (reply) {
      case StsReply.Failed<StsReply.Identity>(StsFailure failure) -> {
        steps.add(failed(what, Diagnosis.callerIdentity(failure, sts, key)));
        yield false;
      }
      case StsReply.Answered<StsReply.Identity>(StsReply.Identity identity) -> {
        steps.add(new Step(Outcome.OK, what, identity.arn(), List.of()));
        yield true;
      }
    };
  }

  private static Step failed(String what, CredentialFailure failure) {
    return new Step(Outcome.FAILED, what, failure.message(), failure.mends());
  }

  private static FetchOutcome finished(CredentialKey key, CompletableFuture<FetchOutcome> call)
      throws InterruptedException {
    try {
      return call.get(Budget.CALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return Diagnosis.hung(key, Budget.CALL_LIMIT);
    } catch (ExecutionException e) {
      return Diagnosis.defect(key, e.getCause());
    }
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
    sources.sts().close();
    workers.shutdownNow();
  }
}
