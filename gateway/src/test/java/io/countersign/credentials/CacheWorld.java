package io.countersign.credentials;

import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A cache in virtual time, with an STS that a test can break. */
final class CacheWorld implements CredentialEvents {
  final VirtualTime time = new VirtualTime();
  final FakeSts sts = new FakeSts(time);
  final List<String> log = new ArrayList<>();
  final CredentialCache cache;
  final List<String> gone = new ArrayList<>();
  int misses;
  int refreshes;

  CacheWorld() {
    this(1);
  }

  CacheWorld(long seed) {
    this(seed, Map.of());
  }

  CacheWorld(long seed, Map<String, String> environment) {
    cache =
        CredentialCache.builder()
            .time(time)
            .scheduler(time)
            .workers(time)
            .random(new SplittableRandom(seed))
            .environment(environment)
            .sts(sts)
            .events(this)
            .build();
  }

  @Override
  public void miss(CredentialKey key) {
    misses++;
  }

  @Override
  public void refreshed(CredentialKey key, boolean cold, Duration took) {
    refreshes++;
    log.add((cold ? "cold " : "warm ") + key.label());
  }

  @Override
  public void refreshFailed(CredentialKey key, boolean cold, CredentialFailure failure) {
    log.add((cold ? "cold failed " : "warm failed ") + key.label() + " " + failure.kind());
  }

  @Override
  public void gone(AwsCredentials credentials) {
    gone.add(credentials.accessKeyId());
  }

  @Override
  public void stsCall(String operation, String outcome, Duration took) {
    log.add("sts " + operation + " " + outcome);
  }

  /** Waits on a loop that runs at once. */
  List<CredentialResult> await(Slot slot, Duration deadline) {
    List<CredentialResult> results = new ArrayList<>();
    slot.await(Runnable::run, deadline, results::add);
    return results;
  }

  Slot warm(CredentialKey key) {
    Slot slot = cache.slot(key);
    List<CredentialResult> results = await(slot, Duration.ofSeconds(10));
    time.advance(Duration.ofSeconds(1));
    if (!(results.getFirst() instanceof Snapshot)) {
      throw new AssertionError(results.toString());
    }
    return slot;
  }
}
