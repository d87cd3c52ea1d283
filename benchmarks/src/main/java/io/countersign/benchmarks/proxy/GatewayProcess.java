package io.countersign.benchmarks.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.benchmarks.BenchmarkException;
import io.countersign.signer.AwsCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The gateway as its users run it: {@code countersign run} with its own flags, with identity,
 * policy, signing, metrics, access log and audit log.
 */
final class GatewayProcess implements AutoCloseable {
  static final String TOKEN = "benchmark-token-0123456789abcdef0123";

  /** The Region of the connector that goes to nginx. */
  static final String REGION = "us-east-1";

  /** The Region of the connector that goes to {@link EchoUpstream}. */
  static final String ECHO_REGION = "us-east-2";

  static final AwsCredentials ROLE =
      AwsCredentials.of("AKIAROLEOFTHEGATEWAY", "secret-of-the-role-that-signs-upstream", null);

  private final Process process;
  private final int port;
  private final int adminPort;
  private final Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  private GatewayProcess(Process process, int port, int adminPort, Path folder) {
    this.process = process;
    this.port = port;
    this.adminPort = adminPort;
    this.folder = folder;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param launcher the script {@code countersign}
   */
  static GatewayProcess start(
      Programs programs, int cpu, Path folder, Path launcher, int upstream, int echo)
      throws IOException, BenchmarkException {
    Files.createDirectories(folder);
    int port = Ports.free();
    int admin = Ports.free();
    Path configuration = folder.resolve("gateway.yaml");
    Files.writeString(
        configuration,
        """
        listen: 127.0.0.1:%d
        admin: 127.0.0.1:%d
        threads: 1
        agents:
          bench: { token: "${env:BENCH_TOKEN}", allow: [ { connector: "*" } ] }
        connectors:
          tables: &tables
            service: dynamodb
            region: %s
            access: read-write
            endpoint: http://127.0.0.1:%d
            credentials: &role
              static: { access-key-id: %s, secret-access-key: "${env:BENCH_SECRET}" }
          echo:
            service: dynamodb
            region: %s
            access: read-write
            endpoint: http://127.0.0.1:%d
            credentials: *role
        log:
          level: warn
          format: json
          access: { file: %s }
          audit: { file: %s }
        """
            .formatted(
                port,
                admin,
                REGION,
                upstream,
                ROLE.accessKeyId(),
                ECHO_REGION,
                echo,
                folder.resolve("access.log"),
                folder.resolve("audit.log")));
    ProcessBuilder run =
        new ProcessBuilder(
                programs.pinned(
                    cpu, List.of(launcher.toString(), "run", "--config", configuration.toString())))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    run.environment().put("BENCH_TOKEN", TOKEN);
    run.environment().put("BENCH_SECRET", ROLE.secretAccessKey());
    Process process = run.start();
    GatewayProcess started = new GatewayProcess(process, port, admin, folder);
    if (!Ports.opens(port, Duration.ofSeconds(60))) {
      started.close();
      throw new BenchmarkException(
          "the gateway does not start: " + Files.readString(folder.resolve("out")));
    }
    return started;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  /** What the launcher gives the JVM. */
  List<String> jvmOptions() throws IOException {
    return Stream.of(
            Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                .split("\0", -1))
        .filter(option -> option.startsWith("-X") || option.startsWith("-D"))
        .toList();
  }

  Proc proc() {
    return new Proc(process.pid());
  }

  /** Virtual credentials that find their connector by service and Region. */
  AwsCredentials credentials() throws IOException, BenchmarkException {
    JsonNode issued =
        JsonMapper.builder()
            .build()
            .readTree(
                get(
                    HttpRequest.newBuilder(URI.create(url() + "/v1/credentials"))
                        .header("Authorization", TOKEN)));
    return AwsCredentials.of(
        issued.path("AccessKeyId").asText(),
        issued.path("SecretAccessKey").asText(),
        issued.path("Token").asText());
  }

  /** The sum of all series of a metric; labels as they stand, such as {@code outcome="ok"}. */
  double metric(String name, String labels) throws IOException, BenchmarkException {
    return get(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/metrics")))
        .lines()
        .filter(l -> l.startsWith(name + "{") || l.startsWith(name + " "))
        .filter(l -> l.contains(labels))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String get(HttpRequest.Builder request) throws IOException, BenchmarkException {
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new BenchmarkException("the gateway answered " + response);
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted", e);
    }
  }

  /** Bytes of the Java heap since the start: counted at each collection of the young generation. */
  double allocatedBytes() throws IOException, BenchmarkException {
    return metric("jvm_gc_memory_allocated_bytes_total", "");
  }

  long accessLines() throws IOException {
    return lines("access.log");
  }

  long auditLines() throws IOException {
    return lines("audit.log");
  }

  private long lines(String name) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve(name))) {
      return lines.count();
    }
  }

  /** What it logged of itself, which is nothing when all is well. */
  String output() throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("out"))) {
      return lines.filter(l -> l.startsWith("{")).collect(Collectors.joining(" "));
    }
  }

  /** Runs {@code jcmd} on it. */
  String jcmd(String... command) throws IOException {
    List<String> all =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(process.pid())),
                Stream.of(command))
            .toList();
    Process run = new ProcessBuilder(all).redirectErrorStream(true).start();
    return new String(run.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
