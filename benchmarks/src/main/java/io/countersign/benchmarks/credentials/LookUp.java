package io.countersign.benchmarks.credentials;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.credentials.ConnectorSlots;
import io.countersign.credentials.CredentialCache;
import io.countersign.credentials.CredentialKey;
import io.countersign.credentials.Slot;
import io.countersign.credentials.Snapshot;
import io.countersign.credentials.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Reading warm credentials: ours by the slot that a connector holds, by the agent and by the key;
 * the AWS SDK's own provider; a Caffeine cache by the same key; and what none of them can go below.
 * All threads read the same entry, as the event loops of a gateway do.
 */
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class LookUp {
  private static final int KEYS = 250;
  private static final String AGENT = "analyst";

  private final CredentialCache cache =
      CredentialCache.builder().sts(new PromptSts(TimeSource.system(), () -> false)).build();

  // Before the other slots are made: a configuration drops the slots that it does not name.
  private final ConnectorSlots ofConnector = Keys.perAgent(cache, AGENT);

  private final CredentialKey key = Keys.tenant(0);
  private final Slot slot = cache.slot(key);
  private final Cache<CredentialKey, Snapshot> caffeine =
      Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(Duration.ofHours(1)).build();
  private final StsAssumeRoleCredentialsProvider sdk =
      StsAssumeRoleCredentialsProvider.builder()
          .stsClient(new PromptClient())
          .refreshRequest(r -> r.roleArn("arn:aws:iam::123456789012:role/r").roleSessionName("s"))
          .build();

  private volatile @Nullable Snapshot floor;

  /** A request, which has read the clock for its own measures. */
  @State(Scope.Thread)
  public static class Request {
    long nowNanos;

    /** Reads the clock. */
    @Setup(Level.Iteration)
    public void begin() {
      nowNanos = System.nanoTime();
    }
  }

  /** STS of the SDK, within the process. */
  private static final class PromptClient implements StsClient {
    @Override
    public AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
      return AssumeRoleResponse.builder()
          .credentials(
              Credentials.builder()
                  .accessKeyId("ASIA1")
                  .secretAccessKey("secret")
                  .sessionToken("x".repeat(700))
                  .expiration(Instant.now().plusSeconds(3600))
                  .build())
          .build();
    }

    @Override
    public String serviceName() {
      return "sts";
    }

    @Override
    public void close() {}
  }

  /** Warms every contender with as many keys as a large gateway has. */
  @Setup
  public void warm() {
    for (int i = 0; i < KEYS; i++) {
      CredentialKey tenant = Keys.tenant(i);
      Slot warm = Keys.warm(cache.slot(tenant));
      caffeine.put(tenant, Objects.requireNonNull(warm.current()));
    }
    floor = slot.current();
    sdk.resolveCredentials();
  }

  /** Ends the background work. */
  @TearDown
  public void close() {
    sdk.close();
    cache.close();
  }

  /** Nothing can be faster that sees what another thread has written. */
  @Benchmark
  public @Nullable Snapshot volatileRead() {
    return floor;
  }

  /** The floor of whatever looks at the time as well. */
  @Benchmark
  public @Nullable Snapshot volatileReadAndClock() {
    Snapshot held = floor;
    return held != null && held.usableUntilNanos() - System.nanoTime() > 0 ? held : null;
  }

  /** As a request does it: with the reading of the clock from which its signing is measured. */
  @Benchmark
  public @Nullable Snapshot slot(Request request) {
    return slot.current(request.nowNanos);
  }

  /** With a reading of its own. */
  @Benchmark
  public @Nullable Snapshot slotAndClock() {
    return slot.current();
  }

  /** As a request does it at a connector where each agent has a session of its own. */
  @Benchmark
  public @Nullable Snapshot slotOfAgent(Request request) {
    return ofConnector.of(AGENT).current(request.nowNanos);
  }

  /** By the typed key of a chain of two roles. */
  @Benchmark
  public @Nullable Snapshot slotByKey(Request request) {
    return cache.slot(key).current(request.nowNanos);
  }

  /** The AWS SDK for Java v2. */
  @Benchmark
  public AwsCredentials sdkProvider() {
    return sdk.resolveCredentials();
  }

  /** Caffeine by the same typed key. */
  @Benchmark
  public @Nullable Snapshot caffeineByKey() {
    return caffeine.getIfPresent(key);
  }
}
