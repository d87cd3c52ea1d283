package io.countersign.benchmarks.proxy;

import io.countersign.benchmarks.BenchmarkException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * async-profiler, loaded into the running gateway. Its clock is a timer of each thread that uses
 * processor time, so it needs no right that an ordinary user does not have; the time that the
 * kernel spends in a call is counted to the Java method that made it.
 */
final class Profiler {
  private final GatewayProcess gateway;
  private final Path library;

  private Profiler(GatewayProcess gateway, Path library) {
    this.gateway = gateway;
    this.library = library;
  }

  /** Unpacks the library for this machine into {@code folder}. */
  static Profiler of(GatewayProcess gateway, Path folder) throws IOException, BenchmarkException {
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String place = machine.equals("aarch64") ? "linux-arm64" : "linux-x64";
    Path library = folder.resolve("libasyncProfiler.so");
    try (InputStream packed =
        Profiler.class.getResourceAsStream("/" + place + "/libasyncProfiler.so")) {
      if (packed == null) {
        throw new BenchmarkException("async-profiler has no library for " + machine);
      }
      Files.copy(packed, library);
    }
    return new Profiler(gateway, library);
  }

  void start() throws IOException, BenchmarkException {
    // The sampling interval is in nanoseconds; a prime, so that it beats with nothing.
    command("start,event=ctimer,interval=499979");
  }

  /** Stops and writes one line for each stack: its frames, and how many samples had it. */
  void stop(Path collapsed) throws IOException, BenchmarkException {
    command("stop,file=" + collapsed.toAbsolutePath() + ",collapsed");
    if (!Files.exists(collapsed)) {
      throw new BenchmarkException("async-profiler wrote no profile");
    }
  }

  private void command(String options) throws IOException, BenchmarkException {
    String said = gateway.jcmd("JVMTI.agent_load", library.toString(), '"' + options + '"');
    if (!said.contains("return code: 0")) {
      throw new BenchmarkException("async-profiler cannot be loaded: " + said);
    }
  }
}
