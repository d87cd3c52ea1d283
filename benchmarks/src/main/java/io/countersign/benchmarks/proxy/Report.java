package io.countersign.benchmarks.proxy;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.benchmarks.report.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes what was measured: all of it as JSON, and the medians as a table. */
record Report(
    Machine machine,
    Programs programs,
    ProxyBenchmark.Extent extent,
    long verified,
    List<Subject> subjects) {

  void json(Path file) throws IOException {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    ObjectNode root = mapper.createObjectNode();
    root.set("machine", mapper.valueToTree(machine));
    root.put("nginxVersion", said(programs.nginx().toString(), "-v"));
    root.put("wrkVersion", said(programs.wrk().toString(), "-v"));
    ObjectNode load = root.putObject("load");
    load.put("connections", extent.connections());
    load.put("roundSeconds", extent.seconds());
    load.put("warmUpSecondsAtEachDoor", extent.warmUpSeconds());
    load.put("requestBodyBytes", AgentRequests.BODY_BYTES);
    load.put("answerBodyBytes", Nginx.ANSWER.length());
    root.put("answersVerifiedOneByOne", verified);
    for (Subject subject : subjects) {
      ObjectNode one = root.putObject(subject.name);
      one.put("what", subject.what);
      ObjectNode median = one.putObject("median");
      put(median, subject.median());
      median.put("cpuTimesNginx", Math.round(timesNginx(subject) * 100) / 100.0);
      ArrayNode rounds = one.putArray("rounds");
      for (Subject.Round round : subject.rounds()) {
        put(rounds.addObject(), round);
      }
    }
    Files.writeString(file, mapper.writeValueAsString(root) + "\n");
  }

  private double timesNginx(Subject subject) {
    return subject.median().cpuMicros() / subjects.getFirst().median().cpuMicros();
  }

  private static void put(ObjectNode to, Subject.Round round) {
    to.put("requests", round.requests());
    to.put("requestsPerSecond", Math.round(round.perSecond()));
    to.put("p50Micros", round.p50Micros());
    to.put("p99Micros", round.p99Micros());
    to.put("cpuMicrosPerRequest", Math.round(round.cpuMicros() * 10) / 10.0);
    to.put("residentMiB", round.residentKib() / 1024);
    if (!Double.isNaN(round.allocatedBytes())) {
      to.put("allocatedBytesPerRequest", Math.round(round.allocatedBytes()));
    }
  }

  void table(Path file) throws IOException {
    StringBuilder text = new StringBuilder(2_000);
    text.append("# The data path, ").append(machine.date()).append("\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%s, %d cores, JDK of %s. POST of %d bytes, answer of %d bytes, %d connections that"
                + " stay open, all on loopback; the proxy alone on one core, load and upstream on"
                + " the other. The median of %d rounds of %d s, which alternate. Identity, policy,"
                + " signing, metrics, access log and audit log are on.%n%n",
            machine.cpu(),
            machine.cores(),
            machine.jdk(),
            AgentRequests.BODY_BYTES,
            Nginx.ANSWER.length(),
            extent.connections(),
            subjects.getFirst().rounds().size(),
            extent.seconds()));
    text.append(
        "| | CPU µs/request | × nginx | requests/s | p50 µs | p99 µs | resident MiB | allocated"
            + " B/request |\n|---|---|---|---|---|---|---|---|\n");
    for (Subject subject : subjects) {
      Subject.Round median = subject.median();
      text.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %.1f | %.2f | %.0f | %d | %d | %d | %s |%n",
              subject.name,
              median.cpuMicros(),
              timesNginx(subject),
              median.perSecond(),
              median.p50Micros(),
              median.p99Micros(),
              median.residentKib() / 1024,
              Double.isNaN(median.allocatedBytes())
                  ? "–"
                  : String.format(Locale.ROOT, "%.0f", median.allocatedBytes())));
    }
    text.append('\n');
    for (Subject subject : subjects) {
      text.append("- `").append(subject.name).append("`: ").append(subject.what).append(".\n");
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%nNo request of the rounds failed or was refused; the upstream saw each that was"
                + " answered. Before them, %,d requests, each unlike all others, got exactly their"
                + " own answers, and the upstream found each signed rightly.%n",
            verified));
    Files.writeString(file, text);
  }

  private static String said(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return out.lines().findFirst().orElse("").strip();
  }
}
