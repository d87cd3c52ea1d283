package io.countersign.benchmarks.signer;

import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.SignedRequest;
import io.countersign.signer.SigningKeys;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The JSON POST from one thread, from a thread for each core with nothing shared, and from eight
 * threads that share a signer and its keys. The times are those of one thread; the table divides
 * them by how many threads a core has, so that lines compare. The line with nothing shared tells
 * what the machine takes away when both its cores are busy.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SharedKeys {
  /** Threads of {@link #eightThreads}. */
  public static final int THREADS = 8;

  private static final int SIZE = Pool.SIZE / THREADS;

  /** The requests of one thread. */
  @State(Scope.Thread)
  public static class Requests {
    /** How the calls resemble each other. */
    @Param("repeated")
    public Form form = Form.repeated;

    /** As many for each thread as leave room in the caches of a core for those of all threads. */
    private Pool pool = Pool.jsonPosts(form, SIZE);

    private final Ours own = new Ours(new SigningKeys());

    /** Makes the requests. */
    @Setup
    public void prepare() {
      pool = Pool.jsonPosts(form, SIZE);
    }
  }

  /** The signer of all threads. */
  @State(Scope.Benchmark)
  public static class Shared {
    private final Ours ours = new Ours(new SigningKeys());
  }

  /** One thread. */
  @Benchmark
  @Threads(1)
  public void oneThread(Requests requests, Shared shared, Blackhole to)
      throws MalformedRequestException {
    sign(shared.ours, requests, to);
  }

  /** A thread for each core, each with a signer of its own. */
  @Benchmark
  @Threads(Threads.MAX)
  public void nothingShared(Requests requests, Blackhole to) throws MalformedRequestException {
    sign(requests.own, requests, to);
  }

  /** Eight threads and one signer. */
  @Benchmark
  @Threads(THREADS)
  public void eightThreads(Requests requests, Shared shared, Blackhole to)
      throws MalformedRequestException {
    sign(shared.ours, requests, to);
  }

  private static void sign(Ours ours, Requests requests, Blackhole to)
      throws MalformedRequestException {
    SignedRequest signed = ours.jsonPost(requests.pool.next(), requests.pool.now());
    signed.forEachHeader(
        (name, value) -> {
          to.consume(name);
          to.consume(value);
        });
  }
}
