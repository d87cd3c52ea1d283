package io.countersign.benchmarks.signer;

import io.countersign.signer.Authorization;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Verifying the JSON POST: reading the Authorization header, hashing the body, and comparing. To be
 * held against {@link JsonPost}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Verification {
  /** In the distinct form, so many that a memory of the last few hundred calls meets none again. */
  private static final int DISTINCT = 4096;

  private static final int SECONDS = 256;

  /** How the calls resemble each other. */
  @Param({"repeated", "distinct"})
  public Form form = Form.repeated;

  private final Ours ours = new Ours(new SigningKeys());
  private final Verifier verifier = new Verifier(new SigningKeys());
  private Call[] signed = {};
  private int next;

  /** Makes and signs the requests. */
  @Setup
  public void prepare() throws MalformedRequestException {
    boolean distinct = form == Form.distinct;
    Call[] calls = Pool.jsonPosts(form, distinct ? DISTINCT : Pool.SIZE).calls();
    for (int i = 0; i < calls.length; i++) {
      List<String> headers = new ArrayList<>();
      ours.jsonPost(calls[i], Pool.TIME.plusSeconds(distinct ? i % SECONDS : 0))
          .forEachHeader(
              (name, value) -> {
                headers.add(name);
                headers.add(value);
              });
      calls[i] = calls[i].withHeaders(headers);
    }
    signed = calls;
  }

  /** Countersign. */
  @Benchmark
  public io.countersign.signer.Verification ours() throws MalformedRequestException {
    next = next + 1 == signed.length ? 0 : next + 1;
    Call call = signed[next];
    Authorization claim = verifier.claim(call);
    io.countersign.signer.Verification outcome =
        verifier.verify(
            claim, call, PayloadHash.ofBody(call.body()), ours.credentials(), Pool.TIME);
    if (!(outcome instanceof io.countersign.signer.Verification.Valid)) {
      throw new IllegalStateException("not verified: " + outcome);
    }
    return outcome;
  }
}
