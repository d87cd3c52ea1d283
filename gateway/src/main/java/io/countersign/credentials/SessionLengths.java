package io.countersign.credentials;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long sessions may be, as STS has said when it refused longer ones: once for each role, or for
 * each caller whose credentials are a role's, and not anew for each agent. Forgotten after an hour,
 * so that a role that is given more is asked for more. Thread-safe.
 */
final class SessionLengths {
  private static final Logger log = LoggerFactory.getLogger(SessionLengths.class);

  /**
   * The most that STS gives to a role assumed with a role's credentials, and the least that a role
   * can be limited to.
   *
   * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html">Role chaining</a>
   */
  static final Duration CHAINED_MOST = Duration.ofHours(1);

  private static final long MEMORY_NANOS = Duration.ofHours(1).toNanos();

  /** More roles than an account may have; forgetting costs a call. */
  private static final int MOST_LESSONS = 5_000;

  private final TimeSource time;
  private final ConcurrentHashMap<Object, Lesson> lessons = new ConcurrentHashMap<>();

  SessionLengths(TimeSource time) {
    this.time = time;
  }

  /**
   * What STS has said.
   *
   * @param why the refusal of a longer session
   */
  private record Lesson(CredentialFailure why, long sinceNanos) {}

  /** Why no more than an hour is asked for; null while more may be. */
  @Nullable CredentialFailure limit(CredentialKey.OfRole key) {
    CredentialFailure role = known(key.hop().arn());
    return role != null ? role : known(key.parent());
  }

  private @Nullable CredentialFailure known(Object subject) {
    Lesson lesson = lessons.get(subject);
    return lesson == null || time.nanos() - lesson.sinceNanos > MEMORY_NANOS ? null : lesson.why;
  }

  /** What to ask for: the configured duration, or an hour where more is known to fail. */
  Duration asked(CredentialKey.OfRole key) {
    Duration most = RoleFetcher.mostFor(key);
    return most.compareTo(CHAINED_MOST) > 0 && limit(key) != null ? CHAINED_MOST : most;
  }

  /** STS has refused a session of more than an hour. */
  void refused(CredentialKey.OfRole key, StsFailure failure) {
    // Chaining is about who asks, and goes for every role; the maximum is about the role alone.
    Object subject =
        failure.message().contains("MaxSessionDuration") ? key.hop().arn() : key.parent();
    CredentialFailure why = Diagnosis.assumeRole(failure, key);
    if (lessons.size() >= MOST_LESSONS) {
      lessons.clear();
    }
    Lesson before = lessons.put(subject, new Lesson(why, time.nanos()));
    log.atLevel(before == null ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.DEBUG)
        .log("{}; one hour is asked for instead. To mend: {}", why.message(), why.mend());
  }
}
