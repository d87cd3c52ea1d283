package io.countersign.benchmarks.proxy;

import io.countersign.benchmarks.BenchmarkException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the load: first the run in which every answer is looked at, then the warm-up, then rounds
 * that alternate between the subjects.
 */
final class ProxyBenchmark implements AutoCloseable {
  /** Where the subject runs, and where all the rest does. */
  private static final int SUBJECT_CPU = 0;

  private static final int LOAD_CPU = 1;

  /**
   * How much is measured.
   *
   * @param verified requests at each door whose every answer is looked at
   * @param warmUpSeconds of load at each door before the first round
   * @param seconds of each round at each subject
   */
  record Extent(int verified, int warmUpSeconds, int rounds, int seconds, int connections) {}

  private final Extent extent;
  private final PrintWriter out;
  private final Nginx upstream;
  private final Nginx plain;
  private final EchoUpstream echo;
  private final Gateway gateway;
  private final @Nullable Gateway before;
  private final Wrk wrk;

  private final Subject nginxProxy =
      new Subject("nginx", "nginx as plain proxy: no log, no signature, no policy");

  /** A running gateway, and what is measured of it. */
  private record Gateway(
      GatewayProcess process, AgentRequests requests, Subject sdkDoor, Subject toolDoor) {
    static Gateway of(GatewayProcess process, String suffix)
        throws IOException, BenchmarkException {
      return new Gateway(
          process,
          new AgentRequests(process, process.credentials()),
          new Subject(
              "sdk-door" + suffix,
              "Countersign, SDK door: verified, decided, signed anew, recorded"),
          new Subject(
              "tool-door" + suffix,
              "Countersign, tool door: token, JSON checked and written, signed"));
    }
  }

  /**
   * Starts all of it.
   *
   * @param launcher the script {@code countersign}
   * @param earlier that of another state of the source, to be measured in the same rounds
   */
  ProxyBenchmark(
      Programs programs,
      Path launcher,
      @Nullable Path earlier,
      Path folder,
      Extent extent,
      PrintWriter out)
      throws IOException, BenchmarkException {
    this.extent = extent;
    this.out = out;
    upstream = Nginx.upstream(programs, LOAD_CPU, folder.resolve("upstream"));
    plain = Nginx.proxy(programs, SUBJECT_CPU, folder.resolve("plain"), upstream.port());
    echo = EchoUpstream.start();
    gateway = Gateway.of(start(programs, folder.resolve("gateway"), launcher), "");
    before =
        earlier == null
            ? null
            : Gateway.of(start(programs, folder.resolve("before"), earlier), "-before");
    wrk = new Wrk(programs, LOAD_CPU, extent.connections(), folder);
  }

  private GatewayProcess start(Programs programs, Path folder, Path launcher)
      throws IOException, BenchmarkException {
    return GatewayProcess.start(
        programs, SUBJECT_CPU, folder, launcher, upstream.port(), echo.port());
  }

  List<Subject> subjects() {
    List<Subject> all = new ArrayList<>(List.of(nginxProxy, gateway.sdkDoor(), gateway.toolDoor()));
    if (before != null) {
      all.addAll(List.of(before.sdkDoor(), before.toolDoor()));
    }
    return all;
  }

  GatewayProcess gateway() {
    return gateway.process();
  }

  /** How many answers were looked at. */
  long verify() throws IOException, BenchmarkException {
    long looked =
        new EveryAnswer(gateway.process(), gateway.requests(), echo).run(extent.verified());
    out.println(
        String.format(
            Locale.ROOT,
            "%d requests, every answer and every upstream signature checked: all right",
            looked));
    return looked;
  }

  void warmUp() throws IOException, BenchmarkException {
    // In turns: code that was compiled for one door only is compiled anew at the other.
    int left = extent.warmUpSeconds();
    while (left > 0) {
      int seconds = Math.min(5, left);
      for (Gateway each : gateways()) {
        wrk.run(sdk(each), seconds);
        wrk.run(tool(each), seconds);
      }
      left -= seconds;
    }
    wrk.run(nginx(), 1);
  }

  void rounds() throws IOException, BenchmarkException {
    for (int i = 0; i < extent.rounds(); i++) {
      round(nginxProxy, nginx(), plain.worker(), null);
      for (Gateway each : gateways()) {
        round(each.sdkDoor(), sdk(each), each.process().proc(), each.process());
      }
      for (Gateway each : gateways()) {
        round(each.toolDoor(), tool(each), each.process().proc(), each.process());
      }
    }
  }

  /** Load at the SDK door that nobody measures, for a profiler. */
  void loadSdkDoor(int seconds) throws IOException, BenchmarkException {
    wrk.run(sdk(gateway), seconds);
  }

  private List<Gateway> gateways() {
    return before == null ? List.of(gateway) : List.of(before, gateway);
  }

  private void round(Subject subject, Wrk.Load load, Proc proc, @Nullable GatewayProcess java)
      throws IOException, BenchmarkException {
    long reachedBefore = upstream.requests();
    double heapBefore = java == null ? 0 : java.allocatedBytes();
    long cpuBefore = proc.cpuMicros();
    Wrk.Result result = wrk.run(load, extent.seconds());
    long cpu = proc.cpuMicros() - cpuBefore;
    double heap = java == null ? Double.NaN : java.allocatedBytes() - heapBefore;
    long reached = upstream.requests() - reachedBefore;
    check(subject, result, reached);
    Subject.Round round =
        new Subject.Round(
            result.perSecond(),
            result.requests(),
            result.p50Micros(),
            result.p99Micros(),
            (double) cpu / result.requests(),
            proc.residentKib(),
            heap / result.requests());
    subject.add(round);
    out.println(
        String.format(
            Locale.ROOT,
            "%-10s %6.0f requests/s  p50 %5d us  p99 %5d us  cpu %5.1f us  %4d MiB  %6.0f B"
                + " allocated",
            subject.name,
            round.perSecond(),
            round.p50Micros(),
            round.p99Micros(),
            round.cpuMicros(),
            round.residentKib() / 1024,
            round.allocatedBytes()));
  }

  /**
   * When wrk stops, each of its connections may have a request under way that it no longer counts.
   */
  private void check(Subject subject, Wrk.Result result, long reached) throws BenchmarkException {
    if (result.errors() > 0) {
      throw new BenchmarkException(
          subject.name + ": " + result.errors() + " requests failed or were refused");
    }
    long uncounted = reached - result.requests();
    if (uncounted < 0 || uncounted > extent.connections()) {
      throw new BenchmarkException(
          subject.name
              + ": the upstream saw "
              + reached
              + " requests and wrk "
              + result.requests()
              + " answers");
    }
  }

  /** Every request must stand in the metrics, in the access log and in the audit log. */
  void checkRecords() throws IOException, BenchmarkException {
    // The credentials of the load itself are one more request.
    GatewayProcess process = gateway.process();
    long counted = Math.round(process.metric("countersign_requests_total", ""));
    long access = process.accessLines();
    long audit = process.auditLines();
    if (access != counted || audit != counted) {
      throw new BenchmarkException(
          "the metrics count "
              + counted
              + " requests, the access log has "
              + access
              + " lines and the audit log "
              + audit);
    }
    if (!process.output().isEmpty()) {
      throw new BenchmarkException("the gateway said: " + process.output());
    }
    out.println(
        String.format(
            Locale.ROOT, "%d requests in the metrics, the access log and the audit log", counted));
  }

  private Wrk.Load nginx() throws BenchmarkException {
    String body = AgentRequests.body("orders");
    return new Wrk.Load(
        "nginx",
        "http://127.0.0.1:" + plain.port() + "/",
        body,
        gateway.requests().signed(body, GatewayProcess.REGION));
  }

  private static Wrk.Load sdk(Gateway to) throws BenchmarkException {
    String body = AgentRequests.body("orders");
    return new Wrk.Load(
        "sdk", to.process().url() + "/", body, to.requests().signed(body, GatewayProcess.REGION));
  }

  private static Wrk.Load tool(Gateway to) {
    Map<String, String> headers = AgentRequests.bearer();
    return new Wrk.Load(
        "tool",
        to.process().url() + AgentRequests.toolPath("tables"),
        AgentRequests.body("orders"),
        headers);
  }

  @Override
  public void close() {
    gateway.process().close();
    if (before != null) {
      before.process().close();
    }
    echo.close();
    plain.close();
    upstream.close();
  }
}
