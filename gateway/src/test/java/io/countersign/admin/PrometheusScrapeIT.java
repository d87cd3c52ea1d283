package io.countersign.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.observe.Metrics;
import io.countersign.observe.PopulatedMetrics;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes the admin port and answers queries over what it found. */
class PrometheusScrapeIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** Between two polls of Prometheus's API. */
  private static final Duration POLL = Duration.ofMillis(200);

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void isScrapedByARealPrometheus() throws Exception {
    Path prometheus = prometheus();
    int port = freePort();
    try (Metrics metrics = PopulatedMetrics.create();
        AdminFixture admin = new AdminFixture()) {
      admin.scrape = metrics::scrape;
      Path log = folder.resolve("prometheus.log");
      Process process = start(prometheus, port, admin.port(), log);
      try {
        assertThat(await(process, log, port, "up{job=\"countersign\"}", "1")).isEqualTo("1");
        assertThat(
                await(
                    process,
                    log,
                    port,
                    "countersign_requests_total{connector=\"warehouse\",door=\"tool\",outcome=\"ok\"}",
                    "1"))
            .isEqualTo("1");
        assertThat(
                query(
                    port,
                    "countersign_request_duration_seconds_bucket{door=\"tool\",le=\"0.025\"}"))
            .hasValue("1");
        assertThat(query(port, "countersign_credential_expiry_seconds{connector=\"warehouse\"}"))
            .hasValue("1800.5");
        assertThat(query(port, "count(countersign_build_info{version=\"0.1.0\"})")).hasValue("1");
      } finally {
        end(process);
        client.close();
      }
    }
  }

  private Process start(Path prometheus, int port, int target, Path log) throws IOException {
    Path configuration = folder.resolve("prometheus.yml");
    Files.writeString(
        configuration,
        """
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
        scrape_configs:
          - job_name: countersign
            static_configs:
              - targets: ["127.0.0.1:%d"]
        """
            .formatted(target));
    return new ProcessBuilder(
            prometheus.toString(),
            "--config.file=" + configuration,
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /** Polls until the query has that value; else says what Prometheus last answered and logged. */
  private String await(Process process, Path log, int port, String promql, String value)
      throws Exception {
    long end = System.nanoTime() + DEADLINE.toNanos();
    Optional<String> last = Optional.empty();
    while (System.nanoTime() < end && process.isAlive()) {
      try {
        last = query(port, promql);
      } catch (ConnectException starting) {
        last = Optional.of("nothing: it does not listen yet");
      }
      if (last.equals(Optional.of(value))) {
        return value;
      }
      process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
    }
    throw new AssertionError(
        promql + " is " + last.orElse("absent") + "; Prometheus said:\n" + Files.readString(log));
  }

  private Optional<String> query(int port, String promql) throws Exception {
    String encoded = URLEncoder.encode(promql, StandardCharsets.UTF_8);
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/query?query=" + encoded);
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(uri).timeout(DEADLINE).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      return Optional.empty(); // 503 while it starts
    }
    JsonNode result = JSON.readTree(answer.body()).at("/data/result/0/value/1");
    return result.isMissingNode() ? Optional.empty() : Optional.of(result.asText());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** From the PATH, or from Debian's package unpacked into a cache folder. */
  private static Path prometheus() throws IOException, InterruptedException {
    Optional<Path> installed = onPath("prometheus");
    if (installed.isPresent()) {
      return installed.get();
    }
    Path cache =
        Path.of(System.getProperty("user.home"), ".cache", "countersign", "prometheus-deb");
    Path unpacked = cache.resolve("root/usr/bin/prometheus");
    if (!Files.isExecutable(unpacked)
        && onPath("apt-get").isPresent()
        && onPath("dpkg-deb").isPresent()) {
      Files.createDirectories(cache);
      if (run(cache, List.of("apt-get", "download", "prometheus"))) {
        try (Stream<Path> files = Files.list(cache)) {
          Path deb = files.filter(f -> f.toString().endsWith(".deb")).findFirst().orElseThrow();
          run(cache, List.of("dpkg-deb", "-x", deb.toString(), "root"));
        }
      }
    }
    assumeTrue(
        Files.isExecutable(unpacked),
        "prometheus is not on the PATH and its Debian package could not be fetched: install it"
            + " (Debian: apt-get install prometheus)");
    return unpacked;
  }

  private static boolean run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      return false;
    }
    return process.exitValue() == 0;
  }

  private static Optional<Path> onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(":", -1))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
