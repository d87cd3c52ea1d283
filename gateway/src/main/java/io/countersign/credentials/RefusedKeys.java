package io.countersign.credentials;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What becomes of a request whose credentials AWS does not take. Thread-safe. */
public final class RefusedKeys {
  private RefusedKeys() {}

  /**
   * What to say of keys that nothing here can renew: those of a source without an end. Null for a
   * session, and where others have come since.
   *
   * @param slot that gave the keys
   * @param accessKeyId that was refused
   * @param code of AWS's answer
   * @param region that was asked
   */
  public static @Nullable CredentialFailure forGood(
      Slot slot, String accessKeyId, String code, String region) {
    Snapshot held = slot.current();
    return slot.key() instanceof CredentialKey.OfSource
            && held != null
            && held.expiration() == null
            && held.credentials().accessKeyId().equals(accessKeyId)
        ? Diagnosis.refusedByAws(code, region, slot.key())
        : null;
  }

  /**
   * AWS's answer may mean that it does not take the credentials, without saying so: fetches others,
   * and answers them if they come. What is held goes on serving meanwhile, because an answer that
   * says nothing is no reason to throw it away.
   *
   * @param accessKeyId that was perhaps refused
   * @param loop runs {@code then}, once: the event loop of the request
   * @param deadline from now
   * @param then gets other credentials, or null when there are none
   */
  public static void suspected(
      Slot slot,
      String accessKeyId,
      Executor loop,
      Duration deadline,
      Consumer<@Nullable Snapshot> then) {
    Snapshot held = slot.current();
    if (held != null && !held.credentials().accessKeyId().equals(accessKeyId)) {
      then.accept(held);
      return;
    }
    if (held != null && (held.expiration() == null || slot.isYoung(held))) {
      then.accept(null);
      return;
    }
    slot.refresh();
    var _ =
        slot.underWay()
            .copy()
            .completeOnTimeout(null, deadline.toNanos(), TimeUnit.NANOSECONDS)
            .thenRunAsync(
                () -> {
                  Snapshot now = slot.current();
                  boolean other =
                      now != null && !now.credentials().accessKeyId().equals(accessKeyId);
                  then.accept(other ? now : null);
                },
                loop);
  }
}
