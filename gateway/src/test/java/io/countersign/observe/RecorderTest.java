package io.countersign.observe;

import static io.countersign.observe.Calls.OFF;
import static io.countersign.observe.Calls.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.config.Logging;
import io.countersign.config.Logging.Format;
import io.micrometer.core.instrument.Meter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final Metrics metrics = Metrics.create(new BuildInfo("1", "abc"));
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();

  @AfterEach
  void closeMetrics() {
    metrics.close();
  }

  @Test
  void writesAnAccessAndAnAuditLineForACall() throws IOException {
    try (Recorder recorder = start(Format.JSON, STDOUT, STDOUT)) {
      recorder.record(Calls.tool("r1"));
    }
    List<JsonNode> lines = jsonLines(stdout);
    assertThat(lines).extracting(l -> l.get("log").asText()).containsExactly("access", "audit");
    assertThat(lines).allMatch(l -> l.get("requestId").asText().equals("r1"));
    assertThat(lines.getFirst().get("totalMs").asDouble()).isEqualTo(23.456);
    assertThat(lines.getFirst().get("time").asText()).isEqualTo("2026-11-24T07:35:00.123Z");
    assertThat(lines.get(1).get("rule").asText()).isEqualTo("analyst/0");
    assertThat(lines.get(1).get("roleAccessKeyId").asText()).isEqualTo("ASIAEXAMPLE");
  }

  @Test
  void auditsRefusalsAtEveryDoorButNotOtherRequests() throws IOException {
    try (Recorder recorder = start(Format.JSON, OFF, STDOUT)) {
      for (Door door : Door.values()) {
        recorder.record(Calls.refused(door.label(), door));
      }
    }
    assertThat(jsonLines(stdout))
        .extracting(l -> l.get("requestId").asText() + " " + l.get("decision").asText())
        .containsExactly("tool deny", "sdk deny", "credentials deny");
  }

  @Test
  void leavesOutWhatIsNotKnown() throws IOException {
    try (Recorder recorder = start(Format.JSON, STDOUT, OFF)) {
      recorder.record(Calls.refused("r1", Door.SDK));
    }
    JsonNode line = jsonLines(stdout).getFirst();
    assertThat(line.has("agent")).isFalse();
    assertThat(line.has("totalMs")).isFalse();
    assertThat(line.has("signMs")).isFalse();
  }

  @Test
  void countsARequestUnderItsConnectorDoorAndOutcome() throws IOException {
    metrics.connectors(List.of("warehouse"));
    try (Recorder recorder = start(Format.JSON, OFF, OFF)) {
      recorder.record(Calls.tool("r1"));
      recorder.record(Calls.tool("r2"));
    }
    assertThat(requests("warehouse", "tool", "ok")).isEqualTo(2);
    assertThat(requests("none", "tool", "ok")).isZero();
    var registry = metrics.registry();
    assertThat(registry.get("countersign.request.body").tag("connector", "warehouse").counters())
        .anyMatch(c -> c.count() == 240);
    assertThat(registry.get("countersign.request.duration").timer().count()).isEqualTo(2);
    assertThat(registry.get("countersign.request.credentials.duration").timer().count())
        .isEqualTo(2);
    assertThat(registry.get("countersign.request.upstream.duration").timer().count()).isEqualTo(2);
    assertThat(registry.get("countersign.request.sign.duration").timer().count()).isEqualTo(2);
    assertThat(
            registry
                .get("countersign.policy.decisions")
                .tags("connector", "warehouse", "decision", "allow")
                .counter()
                .count())
        .isEqualTo(2);
  }

  @Test
  void countsWhatTheCatalogDoesNotRecognise() throws IOException {
    metrics.connectors(List.of("warehouse"));
    try (Recorder recorder = start(Format.JSON, OFF, OFF)) {
      CallRecord unknown = Calls.tool("r1");
      unknown.decision = CallRecord.Decision.DENY;
      unknown.decisionCode = "unrecognized-operation";
      recorder.record(unknown);
      CallRecord denied = Calls.tool("r2");
      denied.decision = CallRecord.Decision.DENY;
      denied.decisionCode = "not-granted";
      recorder.record(denied);
    }
    assertThat(
            metrics
                .registry()
                .get("countersign.requests.unrecognized")
                .tag("connector", "warehouse")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void makesNoLabelOfAConnectorThatAnAgentInvented() throws IOException {
    metrics.connectors(List.of("warehouse"));
    int before;
    try (Recorder recorder = start(Format.JSON, OFF, OFF)) {
      CallRecord first = Calls.refused("r0", Door.TOOL);
      first.totalNanos = 1;
      recorder.record(first);
      before = metrics.registry().getMeters().size();
      for (int i = 0; i < 1_000; i++) {
        CallRecord call = Calls.refused("r", Door.TOOL);
        call.totalNanos = 1;
        call.connector = "invented-" + i;
        call.agent = "agent-" + i;
        call.operation = "Operation" + i;
        recorder.record(call);
      }
    }
    assertThat(metrics.registry().getMeters()).hasSize(before);
    assertThat(requests("none", "tool", "refused")).isEqualTo(1_001);
    assertThat(metrics.registry().getMeters().stream().map(Meter::getId))
        .noneMatch(id -> id.toString().contains("invented"));
  }

  @Test
  void keepsTheCountsOfAConnectorOverAReload() throws IOException {
    metrics.connectors(List.of("warehouse", "lake"));
    try (Recorder recorder = start(Format.JSON, OFF, OFF)) {
      recorder.record(Calls.tool("r1"));
      metrics.connectors(List.of("lake", "other"));
      recorder.record(Calls.tool("r2"));
    }
    assertThat(requests("warehouse", "tool", "ok")).isEqualTo(2);
    assertThat(requests("other", "tool", "ok")).isZero();
  }

  @Test
  void dropsCountsAndSaysSoWhenTheQueueIsFull() throws Exception {
    StuckStream stuck = new StuckStream();
    Recorder recorder =
        Recorder.start(Calls.logging(Format.JSON, STDOUT, STDOUT), false, metrics, stuck, 4);
    recorder.record(Calls.tool("in the writer's hands"));
    stuck.entered.await();
    for (int i = 0; i < 4; i++) {
      recorder.record(Calls.tool("queued " + i));
    }
    assertThat(log("countersign.log.dropped", "access")).isZero();

    recorder.record(Calls.tool("one too many"));
    recorder.record(Calls.refused("one too many", Door.OTHER));
    assertThat(log("countersign.log.dropped", "access")).isEqualTo(2);
    assertThat(log("countersign.log.dropped", "audit")).isEqualTo(1);
    assertThat(metrics.registry().get("countersign.log.queue.length").gauge().value()).isEqualTo(4);

    try (CapturedLog own = CapturedLog.of(Recorder.class)) {
      stuck.release.countDown();
      recorder.close();
      assertThat(own.messages())
          .satisfiesExactly(
              begins -> assertThat(begins).contains("lines are dropped"),
              ends -> assertThat(ends).contains("2 requests were not written"));
    }
    assertThat(jsonLines(stuck.taken)).hasSize(10);
    assertThat(log("countersign.log.lines", "access")).isEqualTo(5);
  }

  @Test
  void closeDrainsWhatIsQueued() throws IOException {
    Recorder recorder = start(Format.JSON, STDOUT, OFF);
    for (int i = 0; i < 10_000; i++) {
      recorder.record(Calls.tool("r" + i));
    }
    recorder.close();
    assertThat(jsonLines(stdout)).hasSize(10_000);
  }

  @Test
  void countsAsDroppedWhatComesAfterClose() throws IOException {
    Recorder recorder = start(Format.JSON, STDOUT, STDOUT);
    recorder.close();
    assertThatCode(() -> recorder.record(Calls.tool("late"))).doesNotThrowAnyException();
    assertThat(log("countersign.log.dropped", "access")).isEqualTo(1);
    assertThat(log("countersign.log.dropped", "audit")).isEqualTo(1);
  }

  @Test
  void takesRecordsFromManyThreads() throws Exception {
    Recorder recorder = start(Format.JSON, STDOUT, OFF);
    List<Thread> loops = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int loop = t;
      loops.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 1_000; i++) {
                      recorder.record(Calls.tool(loop + "/" + i));
                    }
                  }));
    }
    for (Thread loop : loops) {
      loop.join();
    }
    recorder.close();
    assertThat(jsonLines(stdout).stream().map(l -> l.get("requestId").asText()).distinct())
        .hasSize(4_000);
  }

  @Test
  void survivesADestinationThatFailsAndCountsWhatWasLost() throws Exception {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    try (CapturedLog own = CapturedLog.of(RequestLog.class)) {
      Recorder recorder =
          Recorder.start(Calls.logging(Format.JSON, STDOUT, OFF), false, metrics, broken, 64);
      recorder.record(Calls.tool("r1"));
      recorder.record(Calls.tool("r2"));
      recorder.close();
      assertThat(own.messages()).singleElement().asString().contains("Broken pipe");
    }
    assertThat(log("countersign.log.failed", "access")).isEqualTo(2);
    assertThat(log("countersign.log.lines", "access")).isZero();
  }

  @Test
  void neverThrowsEvenForARecordThatIsBroken() throws IOException {
    try (Recorder recorder = start(Format.JSON, STDOUT, OFF)) {
      CallRecord broken = Calls.tool("r1");
      makeBroken(broken);
      assertThatCode(() -> recorder.record(broken)).doesNotThrowAnyException();
      recorder.record(Calls.tool("r2"));
    }
    assertThat(jsonLines(stdout)).hasSize(1);
  }

  @Test
  void writesCompactTextOnATerminal() throws IOException {
    try (Recorder recorder =
        Recorder.start(Calls.logging(Format.AUTO, STDOUT, OFF), true, metrics, stdout, 64)) {
      recorder.record(Calls.tool("r1"));
    }
    assertThat(stdout.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "2026-11-24T07:35:00.123Z 200 ok tool analyst warehouse redshift-data"
                + " ExecuteStatement 23.5ms in=120 out=340"
                + " aws=5a1c5bc4-32b0-46b3-9d5f-0e4f9d8f1b0c id=r1\n");
  }

  @Test
  void letsTwoLogsShareAFileWithoutCuttingLines() throws IOException {
    Path file = folder.resolve("both.log");
    try (Recorder recorder = start(Format.JSON, Calls.file(file), Calls.file(file))) {
      for (int i = 0; i < 1_000; i++) {
        recorder.record(Calls.tool("r" + i));
      }
    }
    assertThat(Files.readAllLines(file)).hasSize(2_000).allSatisfy(l -> JSON.readTree(l));
  }

  @Test
  void namesTheFileThatCannotBeOpened() {
    Path file = folder.resolve("missing/access.log");
    assertThatThrownBy(() -> start(Format.JSON, Calls.file(file), OFF))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("make its folder");
  }

  @SuppressWarnings("NullAway") // a bug elsewhere is what this stands for
  private static void makeBroken(CallRecord call) {
    call.outcome = null;
  }

  private Recorder start(Format format, Logging.Sink access, Logging.Sink audit)
      throws IOException {
    return Recorder.start(
        Calls.logging(format, access, audit), false, metrics, stdout, Recorder.QUEUE_LENGTH);
  }

  private double requests(String connector, String door, String outcome) {
    return metrics
        .registry()
        .get("countersign.requests")
        .tags("connector", connector, "door", door, "outcome", outcome)
        .counter()
        .count();
  }

  private double log(String name, String log) {
    return metrics.registry().get(name).tag("log", log).counter().count();
  }

  private static List<JsonNode> jsonLines(ByteArrayOutputStream out) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    try (Stream<String> lines = out.toString(StandardCharsets.UTF_8).lines()) {
      for (String line : lines.toList()) {
        nodes.add(JSON.readTree(line));
      }
    }
    return nodes;
  }

  /** Takes nothing until it is released. */
  private static final class StuckStream extends OutputStream {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      entered.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      taken.write(bytes, offset, count);
    }
  }
}
