package io.countersign.benchmarks.proxy;

import io.countersign.benchmarks.BenchmarkException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs wrk with one thread and reads what its own statistics say. */
final class Wrk {
  private static final String MARK = "countersign-result";

  private final Programs programs;
  private final int cpu;
  private final int connections;
  private final Path folder;

  Wrk(Programs programs, int cpu, int connections, Path folder) {
    this.programs = programs;
    this.cpu = cpu;
    this.connections = connections;
    this.folder = folder;
  }

  /** The same request, over and over. */
  record Load(String name, String url, String body, Map<String, String> headers) {}

  /**
   * What wrk saw.
   *
   * @param requests that were answered whole
   * @param errors answers that were not 2xx or 3xx, and connections that broke or stood still
   */
  record Result(long requests, double seconds, long p50Micros, long p99Micros, long errors) {
    double perSecond() {
      return requests / seconds;
    }
  }

  Result run(Load load, int seconds) throws IOException, BenchmarkException {
    Path script = folder.resolve(load.name() + ".lua");
    Files.writeString(script, script(load));
    Process process =
        new ProcessBuilder(
                programs.pinned(
                    cpu,
                    List.of(
                        programs.wrk().toString(),
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "-s",
                        script.toString(),
                        load.url())))
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String line =
        out.lines()
            .filter(l -> l.startsWith(MARK))
            .findFirst()
            .orElseThrow(() -> new BenchmarkException("wrk says: " + out));
    String[] fields = line.split(" ", -1);
    return new Result(
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]) / 1e6,
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        Long.parseLong(fields[5]));
  }

  private static String script(Load load) {
    StringBuilder lua = new StringBuilder("wrk.method = \"POST\"\n");
    lua.append("wrk.body = ").append(quoted(load.body())).append('\n');
    load.headers()
        .forEach(
            (name, value) ->
                lua.append("wrk.headers[")
                    .append(quoted(name))
                    .append("] = ")
                    .append(quoted(value))
                    .append('\n'));
    lua.append("function done(s, l, r)\n  local e = s.errors\n  print(string.format(\"")
        .append(MARK)
        .append(
            " %d %d %d %d %d\", s.requests, s.duration, l:percentile(50), l:percentile(99),"
                + " e.connect + e.read + e.write + e.status + e.timeout))\nend\n");
    return lua.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
