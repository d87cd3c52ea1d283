package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.sandbox.Accounts;
import io.countersign.sandbox.Sandbox;
import io.countersign.sandbox.SandboxOptions;
import io.countersign.testkit.Places;
import io.countersign.testkit.RootFileSystem;
import io.countersign.testkit.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The production image, run as it is meant to run, in front of the sandbox. Where no container
 * engine answers, the gateway runs from the same root file system by chroot, and the output says
 * so.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ImageIT {
  private static final long LIMIT_BYTES = 90_000_000;
  private static final String TOKEN = "analyst-0123456789abcdef0123456789abcdef";

  private final String container = "countersign-it-" + ProcessHandle.current().pid();
  private RootFileSystem files;
  private boolean engine;
  private long imageBytes;
  private Sandbox sandbox;
  private ServerProcess gateway;
  private URI agents;
  private URI admin;
  private HttpClient http;

  @BeforeAll
  void start() throws IOException {
    files = RootFileSystem.assemble();
    sandbox = Sandbox.start(SandboxOptions.defaults());
    http = HttpClient.newHttpClient();
    int port = Places.freePort();
    int adminPort = Places.freePort();
    agents = URI.create("http://127.0.0.1:" + port);
    admin = URI.create("http://127.0.0.1:" + adminPort);
    Path configuration = Places.target("image-configuration");
    Files.writeString(configuration.resolve("countersign.yaml"), configuration(port, adminPort));
    Files.writeString(configuration.resolve("token"), TOKEN);
    Files.writeString(configuration.resolve("key"), user().secretAccessKey());
    List<String> arguments = List.of("run", "--config", "/etc/countersign/countersign.yaml");
    engine = RootFileSystem.engineAnswers();
    if (engine) {
      imageBytes = files.buildImage();
      gateway = files.runImage(configuration, container, arguments);
    } else {
      System.out.println(
          "ImageIT: no container engine answers (docker info), so the gateway runs from the same"
              + " root file system by chroot, as user 65532, read-only");
      gateway = files.runByChroot(configuration, arguments);
    }
    gateway.awaitHealthy(admin.resolve("/readyz"), Duration.ofMinutes(1));
  }

  @AfterAll
  void stop() throws IOException {
    if (engine) {
      RootFileSystem.removeContainer(container);
    }
    if (gateway != null) {
      gateway.close();
    }
    if (sandbox != null) {
      sandbox.close();
    }
    if (http != null) {
      http.close();
    }
  }

  @Test
  void isAtMostNinetyMegabytes() {
    assertThat(files.bytes()).isLessThanOrEqualTo(LIMIT_BYTES);
    assertThat(imageBytes).isLessThanOrEqualTo(LIMIT_BYTES);
  }

  @Test
  void holdsNothingThatRunsButTheJavaLauncher() throws IOException {
    for (Path file : files.files()) {
      String name = file.getFileName().toString();
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      boolean library = name.contains(".so");
      assertThat(permissions.contains(PosixFilePermission.OTHERS_EXECUTE))
          .as("%s is executable", file)
          .isEqualTo(library || "java".equals(name));
      assertThat(permissions).as("%s", file).doesNotContain(PosixFilePermission.OTHERS_WRITE);
    }
  }

  @Test
  void holdsNoWritableFolderButTmp() throws IOException {
    try (var all = Files.walk(files.folder())) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
        boolean tmp = folder.equals(files.folder().resolve("tmp"));
        assertThat(permissions).as("%s", folder).isEqualTo(tmp ? "rwxrwxrwx" : "rwxr-xr-x");
      }
    }
  }

  @Test
  void holdsNeitherTheSandboxNorItsSqlEngine() {
    assertThat(files.files())
        .extracting(file -> file.getFileName().toString())
        .noneMatch(name -> name.contains("sandbox") || name.startsWith("h2-"))
        .noneMatch(name -> name.contains("osx") || name.contains("windows"));
  }

  @Test
  void callsAwsForAnAgent() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(agents.resolve("/v1/connectors/caller/GetCallerIdentity"))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("assumed-role/adapter/");
  }

  @Test
  void usesTheNativeTransport() {
    assertThat(gateway.output()).contains("epoll");
  }

  @Test
  void answersMetrics() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(admin.resolve("/metrics")).build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("countersign_");
  }

  private String configuration(int port, int adminPort) {
    return """
    listen: 127.0.0.1:%d
    admin: 127.0.0.1:%d
    sts: { region: eu-west-1, endpoint: '%s' }
    agents:
      analyst:
        token: ${file:token}
        allow:
          - connector: caller
    connectors:
      caller:
        service: sts
        region: eu-west-1
        credentials:
          static: { access-key-id: %s, secret-access-key: "${file:key}" }
        role: arn:aws:iam::123456789012:role/adapter
        endpoint: '%s'
    """
        .formatted(port, adminPort, sandbox.endpoint(), user().accessKeyId(), sandbox.endpoint());
  }

  private static Accounts.User user() {
    return Accounts.demo().users().getFirst();
  }
}
